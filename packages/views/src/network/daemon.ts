import type { RecordedFact } from '@vipcast/events';
import { configuredPeers } from './configuration.ts';
import { loseAll } from './session.ts';
import type { NodeState } from './state.ts';

const SPEAKER = 'speaker';
const OTHER_SERVICES = /\/(vip-watcher|next-hop-resolver|looking-glass)$/;

/** A service started on its own says nothing about the speaker beside it. */
export const started = (node: NodeState, fact: RecordedFact<'node.Started'>): void => {
  const { services } = fact.data;
  node.started = fact;
  node.stopped = undefined;
  if (services.length === 0 || services.includes(SPEAKER)) loseAll(node, fact);
};

/** The daemon stopped, and its sessions with it. */
export const stopped = (node: NodeState, fact: RecordedFact<'node.Stopped'>): void => {
  if (OTHER_SERVICES.test(fact.writer)) return;
  node.stopped = fact;
  loseAll(node, fact);
};

/** A configuration took effect. */
export const configApplied = (node: NodeState, fact: RecordedFact<'node.ConfigApplied'>): void => {
  node.configured = fact;
  node.rejected = undefined;
  node.configuredPeers = configuredPeers(fact);
};

/** A file was refused, and the last good configuration stays. */
export const configRejected = (node: NodeState, fact: RecordedFact<'node.ConfigRejected'>): void => {
  node.rejected = fact;
};

/**
 * Notices a speaker that died without a word: its next one has a higher epoch, and knows no session.
 * @returns false for a fact of a speaker that is gone, which says nothing about now
 */
export const ofLivingSpeaker = (node: NodeState, fact: RecordedFact): boolean => {
  if (fact.epoch === node.speakerEpoch || !fact.writer.endsWith(`/${SPEAKER}`)) return true;
  if (fact.epoch < node.speakerEpoch) return false;
  if (node.speakerEpoch > 0) loseAll(node, fact);
  node.speakerEpoch = fact.epoch;
  return true;
};
