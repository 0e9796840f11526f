import { hostRoute, type Network, type NodeState } from '@vipcast/views';

const told = (node: NodeState): ReadonlySet<string> =>
  new Set([...node.peers.values()].flatMap((peer) => [...peer.told.keys()]));

/** Nodes that announce and will go on with it. */
const others = (
  { nodes }: Network,
  node: NodeState,
  gone: Pick<ReadonlySet<string>, 'has'>,
): readonly NodeState[] =>
  [...nodes.values()].filter((each) => each !== node && each.drain === undefined && !gone.has(each.name));

/**
 * VIPs with an address that routers hear of from this node and from no other, by name: what nobody could reach once it
 * is drained. Of a node that drains already there are none.
 * @param gone nodes that are held to be gone
 */
export const onlyHere = (
  network: Network,
  node: NodeState,
  gone: Pick<ReadonlySet<string>, 'has'>,
): readonly string[] => {
  if (node.drain !== undefined) return [];
  const here = told(node);
  const elsewhere = others(network, node, gone).map(told);
  const isOnlyHere = (address: string): boolean => {
    const prefix = hostRoute(address);
    return here.has(prefix) && !elsewhere.some((prefixes) => prefixes.has(prefix));
  };
  return [...node.vips.values()]
    .filter(({ fact }) => fact.type === 'vip.Advertised' && fact.data.addresses.some(isOnlyHere))
    .map(({ fact }) => fact.data.vip)
    .toSorted();
};

const SHOWN = 5;

/** Why a node that alone announces these is not drained unasked; `undefined` when there are none. */
export const describeOnlyHere = (vips: readonly string[]): string | undefined => {
  if (vips.length === 0) return undefined;
  const more = vips.length > SHOWN ? ` and ${vips.length - SHOWN} more` : '';
  const them = vips.length === 1 ? 'it' : 'them';
  return `no other node announces ${vips.slice(0, SHOWN).join(', ')}${more}: nobody could reach ${them}`;
};
