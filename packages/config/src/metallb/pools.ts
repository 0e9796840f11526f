import { formatPrefix, networkOf, parsePrefix } from '@vipcast/net';
import { list, mapping, words } from '../source/raw.ts';
import type { MetalLBObject } from './objects.ts';
import { alternatives, leftovers, nameOf, type Translation, titleOf } from './translation.ts';

const TAKEN = ['addresses', 'autoAssign', 'serviceAllocation'];
const ALLOCATION = ['priority', 'namespaces', 'namespaceSelectors', 'serviceSelectors'];
const REASONS = { avoidBuggyIPs: 'leave addresses that end in .0 and .255 out of the ranges' };

const priorityOf = ({ spec }: MetalLBObject): number => {
  const { priority } = mapping(spec.serviceAllocation);
  return typeof priority === 'number' && priority > 0 ? priority : 0;
};

/** MetalLB prefers low numbers, and zero last; ours prefer high ones. */
const rankOf = (pool: MetalLBObject, pools: readonly MetalLBObject[]): number | undefined => {
  const own = priorityOf(pool);
  if (own === 0) return undefined;
  const worse = new Set(pools.map(priorityOf).filter((priority) => priority > own));
  return worse.size + 1;
};

/** MetalLB takes the network of a prefix with bits set beyond its length. */
const address = (written: string): string => {
  const prefix = parsePrefix(written.trim());
  return prefix ? formatPrefix(networkOf(prefix)) : written;
};

/** An IPAddressPool of MetalLB's. */
export const translatePool = (object: MetalLBObject, pools: readonly MetalLBObject[]): Translation => {
  const { spec } = object;
  const title = titleOf(object);
  const allocation = mapping(spec.serviceAllocation);
  const namespaces = words(allocation.namespaces);
  const [serviceSelector, ...moreServices] = alternatives(allocation.serviceSelectors);
  const [namespaceSelector, ...moreNamespaces] = alternatives(allocation.namespaceSelectors);
  const both = namespaces.length > 0 && namespaceSelector !== undefined;
  const notes = [
    ...(moreServices.length > 0 ? [`${title}: only the first of serviceSelectors was carried over`] : []),
    ...(moreNamespaces.length > 0 ? [`${title}: only the first of namespaceSelectors was carried over`] : []),
    ...(both ? [`${title}: namespaceSelectors beside namespaces were not carried over`] : []),
    ...leftovers({ ...object, spec: allocation }, ALLOCATION, {}),
  ];
  return {
    drafts: [
      {
        kind: 'VIPPool',
        name: nameOf(object.name),
        spec: {
          addresses: list(spec.addresses).length === 0 ? undefined : words(spec.addresses).map(address),
          autoAssign: spec.autoAssign === false ? false : undefined,
          namespaces: namespaces.length === 0 ? undefined : namespaces,
          namespaceSelector: both ? undefined : namespaceSelector,
          serviceSelector,
          priority: rankOf(object, pools),
        },
      },
    ],
    notes: [...notes, ...leftovers(object, TAKEN, REASONS)],
  };
};
