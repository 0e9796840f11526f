import type { Draft } from '../draft.ts';
import { conflict, type Problem } from '../problem.ts';
import type { BgpSection } from '../schema/bgp.ts';
import { fieldName } from '../wording.ts';
import { createRegister } from './duplicates.ts';
import type { Seat } from './seat.ts';

/** Addresses with a part of their own in the sessions, and which. */
const takenAddresses = (bgp: BgpSection | undefined, all: readonly Seat[]): ReadonlyMap<string, string> => {
  const taken = new Map<string, string>();
  const take = (address: string | null | undefined, field: string): void => {
    if (address && !taken.has(address)) taken.set(address, field);
  };
  take(bgp?.routerID, 'bgp.routerID');
  take(bgp?.sourceAddress, 'bgp.sourceAddress');
  if (bgp?.listen) take(bgp.listen.address, 'bgp.listen.address');
  for (const { path, peer } of all) {
    const field = fieldName(path);
    take(peer.address, `${field}.address`);
    take(peer.sourceAddress, `${field}.sourceAddress`);
    take(peer.nextHop.ipv4, `the next hop of ${field}`);
    take(peer.nextHop.ipv6, `the next hop of ${field}`);
  }
  return taken;
};

/** VIPs given twice, and VIPs that sessions depend on: a route to a VIP must not be what reaches the peer. */
export const checkVips = (
  vips: Draft['vips'],
  bgp: BgpSection | undefined,
  all: readonly Seat[],
): readonly Problem[] => {
  const taken = takenAddresses(bgp, all);
  const register = createRegister('each address once');
  return vips.flatMap(({ index, value }) =>
    value.addresses.flatMap((address, i) => {
      const path = ['vips', index, 'addresses', i];
      const field = taken.get(address);
      return field === undefined
        ? register(address, path)
        : [conflict(path, address, `${address} is also ${field}`, 'give the VIP an address of its own')];
    }),
  );
};
