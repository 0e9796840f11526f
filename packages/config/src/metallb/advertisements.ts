import { parseCommunity, parseLargeCommunity } from '@vipcast/wire';
import { labelSelector, selects } from '../kubernetes/label-selector.ts';
import { list, type Raw, word, words } from '../source/raw.ts';
import { printable } from '../wording.ts';
import type { MetalLBObject } from './objects.ts';
import { alternatives, leftovers, nameOf, numbered, type Translation, titleOf } from './translation.ts';

/** What an advertisement needs to know of the other objects. */
export interface Surroundings {
  readonly pools: readonly MetalLBObject[];
  /** By the name of the BGPPeer, the names of ours. */
  readonly peers: ReadonlyMap<string, readonly string[]>;
  /** Values of the names that Community objects give. */
  readonly communities: ReadonlyMap<string, string>;
}

const TAKEN = (
  'localPref communities ipAddressPools ipAddressPoolSelectors nodeSelectors peers serviceSelectors aggregationLength ' +
  'aggregationLengthV6'
).split(' ');

/** The names that Community objects give to communities. */
export const communityNames = (objects: readonly MetalLBObject[]): ReadonlyMap<string, string> =>
  new Map(
    objects
      .filter(({ kind }) => kind === 'Community')
      .flatMap(({ spec }) => list(spec.communities))
      .map(({ name, value }) => [word(name), word(value)]),
  );

const attributesOf = (object: MetalLBObject, around: Surroundings, notes: string[]): Raw | undefined => {
  const { spec } = object;
  const communities: string[] = [];
  const largeCommunities: string[] = [];
  for (const written of words(spec.communities)) {
    const value = around.communities.get(written) ?? written;
    const large = value.replace(/^large:/, '');
    if (parseCommunity(value) !== undefined) communities.push(value);
    else if (large !== value && parseLargeCommunity(large)) largeCommunities.push(large);
    else notes.push(`${titleOf(object)}: community ${printable(written)} is not known here: name its value`);
  }
  const attributes = {
    communities: communities.length === 0 ? undefined : communities,
    largeCommunities: largeCommunities.length === 0 ? undefined : largeCommunities,
    localPref: spec.localPref || undefined,
  };
  return Object.values(attributes).some((value) => value !== undefined) ? attributes : undefined;
};

const poolsOf = (
  object: MetalLBObject,
  around: Surroundings,
  notes: string[],
): readonly string[] | undefined => {
  const { ipAddressPools, ipAddressPoolSelectors } = object.spec;
  const selectors = list(ipAddressPoolSelectors).map((selector) => labelSelector.safeParse(selector));
  const selected = around.pools.filter(({ labels }) =>
    selectors.some(({ success, data }) => success && selects(data, labels)),
  );
  if (selectors.length > 0)
    notes.push(
      `${titleOf(object)}: ipAddressPoolSelectors became the names of pools: ${selected.length} match here`,
    );
  const named = [...words(ipAddressPools), ...selected.map(({ name }) => name)].map(nameOf);
  // Selectors that match nothing here must not become all pools.
  if (named.length === 0 && selectors.length > 0) return ['none'];
  return named.length === 0 ? undefined : [...new Set(named)];
};

const aggregationNotes = (object: MetalLBObject): readonly string[] => {
  const whole = { aggregationLength: 32, aggregationLengthV6: 128 } as const;
  return (['aggregationLength', 'aggregationLengthV6'] as const)
    .filter((key) => object.spec[key] !== undefined && object.spec[key] !== whole[key])
    .map((key) => `${titleOf(object)}: ${key} has no counterpart: each VIP is a route of its own`);
};

/** A BGPAdvertisement of MetalLB's: one of ours for each pair of its selectors of Services and nodes. */
export const translateAdvertisement = (object: MetalLBObject, around: Surroundings): Translation => {
  const { spec } = object;
  const notes: string[] = [];
  const peers = words(spec.peers).flatMap((peer) => around.peers.get(peer) ?? [nameOf(peer)]);
  const pools = poolsOf(object, around, notes);
  const attributes = attributesOf(object, around, notes);
  const pairs = alternatives(spec.serviceSelectors).flatMap((serviceSelector) =>
    alternatives(spec.nodeSelectors).map((nodeSelector) => ({ serviceSelector, nodeSelector })),
  );
  return {
    drafts: pairs.map(({ serviceSelector, nodeSelector }, i) => ({
      kind: 'BGPAdvertisement',
      name: numbered(nameOf(object.name), i),
      spec: {
        serviceSelector,
        pools,
        nodeSelector,
        peers: peers.length === 0 ? undefined : peers,
        attributes,
      },
    })),
    notes: [...notes, ...aggregationNotes(object), ...leftovers(object, TAKEN, {})],
  };
};
