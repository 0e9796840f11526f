import type { RecordedFact } from '@vipcast/events';
import { configuredPeers } from './configuration.ts';
import { loseAll, loseEarlier } from './session.ts';
import type { DrainFact, NodeState } from './state.ts';

const SPEAKER = 'speaker';

/** A service that starts on its own says nothing about the speaker beside it. */
export const started = (node: NodeState, fact: RecordedFact<'node.Started'>): void => {
  const { services } = fact.data;
  node.started = fact;
  node.stopped = undefined;
  for (const each of services) {
    node.running.add(each);
    node.parted.delete(each);
  }
  if (services.length === 0 || services.includes(SPEAKER)) loseEarlier(node, fact);
};

/** All services of the node stopped, and its sessions with them; or one that runs apart did. */
export const stopped = (node: NodeState, fact: RecordedFact<'node.Stopped'>): void => {
  const services = fact.data.services ?? [...node.running];
  for (const each of services) {
    node.running.delete(each);
    node.parted.set(each, fact);
  }
  if (services.length === 0 || services.includes(SPEAKER)) loseEarlier(node, fact);
  if (node.running.size > 0) return;
  node.stopped = fact;
  node.parted.clear();
};

/** Why the speaker of a node is not there, if it runs apart; `undefined` while it is. */
export const awayBecause = ({ parted, absent }: NodeState): string | undefined => {
  const stopped = parted.get(SPEAKER);
  if (stopped !== undefined) return `the speaker has stopped: ${stopped.data.reason}`;
  return absent?.has(SPEAKER) ? 'nothing was heard of the speaker: its lease ran out' : undefined;
};

/**
 * A configuration took effect. Services that run apart read the same file each for itself, and what one of them says
 * may arrive late.
 */
export const configApplied = (node: NodeState, fact: RecordedFact<'node.ConfigApplied'>): void => {
  const before = node.configured;
  if (before !== undefined && before.writer !== fact.writer && before.at > fact.at) return;
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

/** The node gives up its VIPs, or has given them up. It stays so over restarts. */
export const drained = (node: NodeState, fact: DrainFact): void => {
  node.drain = fact;
};

/** The node has its VIPs again. */
export const undrained = (node: NodeState): void => {
  node.drain = undefined;
};
