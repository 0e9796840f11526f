import { type Address, equalAddresses } from '@vipcast/net';
import type { DecisionInput } from './decision.ts';

/** The links that have this address, each once. */
export const linksOwning = (input: DecisionInput, address: Address): string[] => [
  ...new Set(
    input.host.filter((host) => equalAddresses(host.address, address)).map((host) => host.interface),
  ),
];

/** The session's link, if it is known for certain: the same link-local address may stand on several. */
export const sessionLink = (input: DecisionInput): string | undefined => {
  const { localAddress, localInterface } = input.session;
  if (localInterface !== undefined) return localInterface;
  const links = linksOwning(input, localAddress);
  return links.length === 1 ? links[0] : undefined;
};
