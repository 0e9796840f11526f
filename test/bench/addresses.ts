import type { Vip } from './speakers/speaker.ts';

/** So many VIPs, each with an IPv4 and an IPv6 address. */
export const dualStackVips = (count: number): readonly Vip[] =>
  Array.from({ length: count }, (_, i) => [
    `10.1.${i >> 8}.${i & 255}`,
    `2001:db8:1::${(i + 1).toString(16)}`,
  ]);
