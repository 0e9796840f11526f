import type { Network, Scope } from '@vipcast/views';
import { peersOf } from '@vipcast/views';
import { Failure } from './failure.ts';

const list = (names: Iterable<string>): string => {
  const all = [...new Set(names)].toSorted();
  return all.length === 0 ? 'none' : `${all.slice(0, 10).join(', ')}${all.length > 10 ? ', …' : ''}`;
};

/**
 * For an answer without rows: checks that the log knows the node and the peer that were asked for.
 * @throws Failure naming those that it knows
 */
export const requireKnown = ({ nodes }: Network, { node, peer }: Scope): void => {
  if (node !== undefined && !nodes.has(node))
    throw new Failure('E_NOT_FOUND', `no node is called ${node}`, {
      likely: `known are: ${list(nodes.keys())}`,
      next: 'vipcast status',
    });
  const meant = [...nodes.values()].filter(({ name }) => node === undefined || name === node);
  const peers = meant.flatMap((each) => peersOf(each).map((selected) => selected.peer.name));
  if (peer !== undefined && !peers.includes(peer))
    throw new Failure('E_NOT_FOUND', `no peer${node === undefined ? '' : ` of ${node}`} is called ${peer}`, {
      likely: `known are: ${list(peers)}`,
      next: 'vipcast peers',
    });
};
