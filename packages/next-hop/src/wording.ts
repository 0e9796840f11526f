import type { Family } from '@vipcast/net';

/** `IPv4` or `IPv6`. */
export const nameOf = (family: Family): string => (family === 'ipv4-unicast' ? 'IPv4' : 'IPv6');

/** `on eth0`, `on eth0 and lo` or `on no known link`. */
export const onLinks = (links: readonly string[]): string =>
  links.length === 0 ? 'on no known link' : `on ${links.toSorted().join(' and ')}`;
