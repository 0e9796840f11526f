import { type NextHopFact, type NodeState, peerOf, type VipFact } from './state.ts';

/** A VIP was decided about; said again, it keeps the time when it was said first. */
export const vipDecided = (node: NodeState, fact: VipFact): void => {
  const { vip } = fact.data;
  const before = node.vips.get(vip);
  const since = before?.fact.type === fact.type ? before.since : fact.at;
  node.vips.set(vip, { fact, since });
};

/** The next hop of one peer and family was decided. */
export const nextHopDecided = (node: NodeState, fact: NextHopFact): void => {
  peerOf(node, fact.data.peer).nextHops.set(fact.data.family, fact);
};
