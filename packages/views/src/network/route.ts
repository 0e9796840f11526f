import type { RecordedFact } from '@vipcast/events';
import { type NodeState, type PeerState, peerOf } from './state.ts';

/**
 * A speaker writes what it told a peer just after it told it, so the session may be over by then: such a fact is
 * about a session that is gone. A log that begins in the middle knows no session, and then the fact is believed.
 */
const listener = (node: NodeState, name: string): PeerState | undefined => {
  const peer = peerOf(node, name);
  return peer.established !== undefined || peer.changed === undefined ? peer : undefined;
};

/** One UPDATE told a peer about these prefixes. */
export const announced = (node: NodeState, fact: RecordedFact<'route.Announced'>): void => {
  const peer = listener(node, fact.data.peer);
  if (peer === undefined) return;
  for (const prefix of fact.data.prefixes) {
    peer.told.set(prefix, fact);
    peer.refused.delete(prefix);
  }
};

/** One UPDATE took these prefixes back. */
export const withdrawn = (node: NodeState, fact: RecordedFact<'route.Withdrawn'>): void => {
  const peer = listener(node, fact.data.peer);
  if (peer === undefined) return;
  for (const prefix of fact.data.prefixes) peer.told.delete(prefix);
};

/** These prefixes were wished for and not sent. */
export const refused = (node: NodeState, fact: RecordedFact<'route.Refused'>): void => {
  const peer = listener(node, fact.data.peer);
  if (peer === undefined) return;
  for (const prefix of fact.data.prefixes) peer.refused.set(prefix, fact);
};
