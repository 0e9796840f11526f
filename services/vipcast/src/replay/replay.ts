import type { RecordedFact } from '@vipcast/events';
import { hashOf } from './canonical.ts';
import type { Recording } from './recording.ts';
import { type RouteOutcome, replayRoutes } from './routes.ts';
import { collectSessionFacts } from './session-facts.ts';
import { peerOf, replaySessions, type SessionOutcome, type Turn } from './sessions.ts';

/** How much of a recording is replayed. */
export interface ReplayOptions {
  /** Of this peer only. */
  readonly peer?: string | undefined;
  /** Inputs and facts up to this time, milliseconds since 1970. */
  readonly to?: number | undefined;
  /** Told of every input, after its step. */
  readonly onTurn?: (turn: Turn) => void;
}

/** What came out of a replay. */
export interface ReplayOutcome {
  readonly sessions: readonly SessionOutcome[];
  /** Of the nodes whose sessions are here; `undefined` when the facts do not go back to the beginning. */
  readonly routes: readonly RouteOutcome[] | undefined;
  /** Inputs of sessions whose beginning is no longer kept. */
  readonly skipped: number;
  /** Of every session and of what every peer was told; equal for equal recordings, wherever they are replayed. */
  readonly hash: string;
}

/** Reads all facts once: what sessions concluded, and whether what peers were told follows from the rest. */
const readFacts = (facts: Iterable<RecordedFact>, to: number) => {
  const sessions = collectSessionFacts();
  const routes = replayRoutes();
  let newest = Number.NEGATIVE_INFINITY;
  let first = 0;
  for (const fact of facts) {
    first ||= fact.position;
    newest = Math.max(newest, fact.at);
    sessions.take(fact);
    if (fact.at <= to) routes.take(fact);
  }
  return { sessions, routes, newest, whole: first <= 1 };
};

/** Does all over again what a recording tells of, without a network, and compares. */
export const replay = (recording: Recording, options: ReplayOptions = {}): ReplayOutcome => {
  const { peer, to = Number.POSITIVE_INFINITY, onTurn } = options;
  const facts = readFacts(recording.facts(), to);
  const replaying = replaySessions(facts.sessions, facts.newest);
  let skipped = 0;
  for (const input of recording.inputs()) {
    if (input.at > to || (peer !== undefined && !peerOf(input.actor).endsWith(`/${peer}`))) continue;
    const turn = replaying.take(input);
    if (turn === undefined) skipped++;
    else onTurn?.(turn);
  }
  const end = Math.min(facts.newest, to);
  const sessions = replaying.outcomes(end);
  const nodes = new Set(sessions.map(({ node }) => node));
  const ours = ({ node, peer: name }: RouteOutcome): boolean => nodes.has(node) && (peer ?? name) === name;
  const routes = facts.whole ? facts.routes.outcomes(end).filter(ours) : undefined;
  const hash = hashOf({
    sessions: sessions.map(({ node, peer, state }) => [node, peer, state]),
    routes: routes?.map(({ node, peer, told }) => [node, peer, told]),
  });
  return { sessions, routes, skipped, hash };
};
