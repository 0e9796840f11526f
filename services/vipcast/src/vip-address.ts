import { formatAddress, isIPv4Mapped, parseAddress, parsePrefix, unmapIPv4 } from '@vipcast/net';
import { unfitAddress } from '@vipcast/vip';
import { Failure } from './failure.ts';

const readVipAddress = (text: string): string => {
  const address = parseAddress(text.replace(text.includes(':') ? /\/128$/ : /\/32$/, ''));
  if (address === undefined) {
    const prefix = parsePrefix(text);
    throw prefix === undefined
      ? new Failure('E_ADDRESS', `${JSON.stringify(text)} is not an address`)
      : new Failure('E_ADDRESS', `${text} is a network, not an address`, {
          next: `name the address itself, such as ${formatAddress(prefix)}`,
        });
  }
  if (isIPv4Mapped(address))
    throw new Failure('E_ADDRESS', `${text} is an IPv4 address in IPv6 clothes`, {
      next: `write ${formatAddress(unmapIPv4(address))}`,
    });
  const unfit = unfitAddress(address);
  if (unfit !== undefined) throw new Failure('E_ADDRESS', `${text} ${unfit}`);
  return formatAddress(address);
};

/**
 * Addresses as people type them, in canonical text, each once.
 * @throws Failure for what cannot be a service address; the first one
 */
export const readVipAddresses = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map(readVipAddress)),
];
