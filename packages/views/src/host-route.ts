import type { Family } from '@vipcast/net';

/** The family of an address or prefix text. */
export const familyOfText = (text: string): Family => (text.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast');

/** The `/32` or `/128` under which an address is announced. */
export const hostRoute = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/** The address of a host route; the prefix itself when it is a wider one. */
export const addressOfRoute = (prefix: string): string => {
  const slash = prefix.lastIndexOf('/');
  return prefix.slice(slash) === (prefix.includes(':') ? '/128' : '/32') ? prefix.slice(0, slash) : prefix;
};
