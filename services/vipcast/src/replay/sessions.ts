import { isDeepStrictEqual } from 'node:util';
import type { Draft, RecordedFact } from '@vipcast/events';
import type { RecordedInput } from '@vipcast/log';
import { createSession, type Effect, type Input, type Session, step } from '@vipcast/session';
import { type RecordedSessionInput, type SessionCreated, sessionDraft } from '@vipcast/speaker';
import { canonicalText } from './canonical.ts';
import type { Runs, SessionFacts } from './session-facts.ts';

/** The first place where what came out and what was recorded part. */
export interface Difference {
  /** What was being stepped. */
  readonly input: RecordedInput;
  readonly cameOut: Draft | undefined;
  readonly recorded: RecordedFact | undefined;
}

/** What became of one input. */
export interface Turn {
  readonly input: RecordedInput;
  readonly effects: readonly Effect[];
  readonly conclusions: readonly Draft[];
  /** The step threw, as it did then; the session stays as it was. */
  readonly thrown?: unknown;
  readonly difference?: Difference | undefined;
}

/** What became of all inputs of one peer. */
export interface SessionOutcome {
  readonly node: string;
  readonly peer: string;
  readonly inputs: number;
  /** Conclusions that are equal to the facts recorded. */
  readonly equal: number;
  /** Steps that threw. */
  readonly thrown: number;
  readonly difference: Difference | undefined;
  /** When the first session begins that is there from its beginning. */
  readonly begins: number;
  /** Facts older than that: the recorder no longer has what led to them. */
  readonly older: number;
  /** Facts after the last input of their run: a crash, or a copy, has lost what led to them. */
  readonly uncovered: number;
  /** Conclusions later than the newest fact: the facts were copied before the inputs. */
  readonly ahead: number;
  /** The newest session. */
  readonly state: Session;
}

/** One peer of one node, through all of its sessions and all runs of its daemon. */
interface Track {
  readonly node: string;
  readonly peer: string;
  readonly begins: number;
  readonly older: number;
  epoch: number;
  /** Of this run; `next` is the first that has not come out yet. */
  facts: readonly RecordedFact[];
  next: number;
  /** By actor: an old session may still say goodbye while a new one begins. */
  readonly sessions: Map<string, Session>;
  state: Session;
  /** Absent after the input of a session whose beginning is lost: facts that follow may be of its making. */
  previous: RecordedInput | undefined;
  inputs: number;
  equal: number;
  thrown: number;
  uncovered: number;
  ahead: number;
  difference: Difference | undefined;
}

/** A replay of sessions, input by input. */
export interface SessionReplay {
  /** Steps one input; `undefined` for one of a session whose beginning is lost. */
  take(input: RecordedInput): Turn | undefined;
  /** @param until milliseconds since 1970: what was concluded later does not count */
  outcomes(until: number): readonly SessionOutcome[];
}

const createdIn = ({ input }: RecordedInput): SessionCreated | undefined => {
  const recorded = input as RecordedSessionInput;
  return recorded.type === 'SessionCreated' ? recorded : undefined;
};

/** `<node>/<peer>`, without the number of the session. */
export const peerOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/'));

// The text forgives a key that holds `undefined`; it is asked last because it costs ten times as much.
const saysTheSame = (draft: Draft, fact: RecordedFact): boolean =>
  draft.type === fact.type &&
  (isDeepStrictEqual(draft.data, fact.data) || canonicalText(draft.data) === canonicalText(fact.data));

/** Starts to follow the sessions of a peer, or goes on with another of them. */
const begin = (
  track: Track | undefined,
  { at, actor }: RecordedInput,
  { node, peer, epoch, n, settings }: SessionCreated,
  runs: Runs,
): Track => {
  const state = createSession(settings);
  if (track?.epoch === epoch) {
    track.sessions.set(actor, state);
    track.state = state;
    return track;
  }
  const run = runs.get(epoch) ?? [];
  const facts = run.filter((fact) => fact.n > n);
  const fresh = { epoch, facts, next: 0, state, previous: undefined };
  if (track !== undefined) {
    track.uncovered += track.facts.length - track.next;
    track.sessions.clear();
    track.sessions.set(actor, state);
    return Object.assign(track, fresh);
  }
  const earlier = [...runs].filter(([each]) => each < epoch).map(([, { length }]) => length);
  const older = earlier.reduce((sum, length) => sum + length, run.length - facts.length);
  const counts = { inputs: 0, equal: 0, thrown: 0, uncovered: 0, ahead: 0, difference: undefined };
  return { node, peer, begins: at, older, sessions: new Map([[actor, state]]), ...counts, ...fresh };
};

/** Facts older than an input were made by those before it, and had to come out by now. */
const overtake = (track: Track, { at }: RecordedInput): void => {
  for (let fact = track.facts[track.next]; fact !== undefined && fact.at < at; ) {
    if (track.previous !== undefined)
      track.difference ??= { input: track.previous, cameOut: undefined, recorded: fact };
    fact = track.facts[++track.next];
  }
};

const compare = (track: Track, input: RecordedInput, cameOut: Draft, end: number): void => {
  if (track.difference !== undefined) return;
  const recorded = track.facts[track.next];
  if (recorded === undefined && input.at > end) {
    track.ahead++;
    return;
  }
  if (recorded === undefined || !saysTheSame(cameOut, recorded)) {
    track.difference = { input, cameOut, recorded };
    return;
  }
  track.equal++;
  track.next++;
};

const stepOnce = (
  track: Track,
  session: Session,
  input: RecordedInput,
): Pick<Turn, 'effects' | 'conclusions' | 'thrown'> => {
  try {
    const { session: after, effects, conclusions } = step(session, input.input as Input);
    track.sessions.set(input.actor, after);
    if (track.state === session) track.state = after;
    return { effects, conclusions: conclusions.map((each) => sessionDraft(track.peer, each)) };
  } catch (thrown) {
    track.thrown++;
    return { effects: [], conclusions: [], thrown };
  }
};

/**
 * Feeds recorded inputs to the code that they were recorded from, and compares what it concludes with what was
 * concluded then. Comparing ends for a peer at its first difference; stepping goes on.
 * @param end when the newest fact of any kind was decided, milliseconds since 1970
 */
export const replaySessions = (facts: Pick<SessionFacts, 'of'>, end: number): SessionReplay => {
  const tracks = new Map<string, Track>();

  const take = (input: RecordedInput): Turn | undefined => {
    const name = peerOf(input.actor);
    const known = tracks.get(name);
    const before = known?.difference;
    const created = createdIn(input);
    const sameRun = created === undefined || created.epoch === known?.epoch;
    if (known !== undefined && sameRun) overtake(known, input);
    const track =
      created === undefined ? known : begin(known, input, created, facts.of(created.node, created.peer));
    if (track === undefined) return undefined;
    tracks.set(name, track);
    const session = track.sessions.get(input.actor);
    track.previous = session && input;
    if (session === undefined) return undefined;
    track.inputs++;
    const turn = created === undefined ? stepOnce(track, session, input) : { effects: [], conclusions: [] };
    for (const conclusion of turn.conclusions) compare(track, input, conclusion, end);
    return { input, ...turn, difference: before === undefined ? track.difference : undefined };
  };

  return {
    take,
    outcomes: (until) =>
      Array.from(tracks.values(), ({ facts, next, uncovered, ...track }) => ({
        ...track,
        uncovered: uncovered + facts.slice(next).filter(({ at }) => at <= until).length,
      })),
  };
};
