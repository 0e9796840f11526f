import { contains, formatAddress, parseAddress, parsePrefix } from '@vipcast/net';

/** True when a VIP, by its name and addresses, is what a person asks about: its name, an address or a prefix. */
export type Target = (vip: string, addresses: readonly string[]) => readonly string[];

const within = (text: string): ((address: string) => boolean) => {
  const address = parseAddress(text);
  if (address !== undefined) {
    const canonical = formatAddress(address);
    return (other) => other === canonical;
  }
  const prefix = parsePrefix(text);
  if (prefix === undefined) return () => false;
  return (other) => {
    const parsed = parseAddress(other);
    return parsed !== undefined && contains(prefix, parsed);
  };
};

/**
 * Reads what a question is about.
 * @param text the name of a VIP, an address, or a prefix that its addresses lie in
 * @returns given a VIP, those of its addresses that are meant; none if it is not meant
 */
export const targetOf = (text: string): Target => {
  const matches = within(text);
  return (vip, addresses) => (vip === text ? addresses : addresses.filter(matches));
};
