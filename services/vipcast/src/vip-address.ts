import {
  type Address,
  formatAddress,
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseAddress,
  parsePrefix,
  unmapIPv4,
} from '@vipcast/net';
import { Failure } from './failure.ts';

const UNFIT: readonly (readonly [(address: Address) => boolean, string])[] = [
  [isUnspecified, 'is the unspecified address'],
  [isLoopback, 'is a loopback address'],
  [isLinkLocal, 'is a link-local address'],
  [isMulticast, 'is a multicast address'],
];

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
  const unfit = UNFIT.find(([is]) => is(address));
  if (unfit !== undefined) throw new Failure('E_ADDRESS', `${text} ${unfit[1]}`);
  return formatAddress(address);
};

/**
 * Addresses as people type them, in canonical text, each once.
 * @throws Failure for what cannot be a service address; the first one
 */
export const readVipAddresses = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map(readVipAddress)),
];
