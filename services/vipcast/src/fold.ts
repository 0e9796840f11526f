import type { RecordedFact } from '@vipcast/events';
import type { Log, Mark, Snapshots } from '@vipcast/log';
import type { View } from '@vipcast/views';
import type { AsOf } from './document.ts';
import { recallFrom } from './recall.ts';
import type { Moment } from './time.ts';

/** A state, and as of when it holds. */
export interface Folded<State> {
  readonly state: State;
  readonly asOf: AsOf;
}

/** The half of a view that reads. */
export type Foldable<State> = Pick<View<State, unknown, never>, 'keeping' | 'initial' | 'fold'>;

/** Facts between two snapshots, if states are small: to fold as many takes some 20 ms. */
export const EVERY = 5_000;
/** To put away so many bytes of a state takes a sixth of the time to fold a fact: large ones are kept less often. */
const BYTES_A_FACT = 60;

const START: Mark = { position: 0, hash: new Uint8Array(), start: 0, earliest: 0, latest: 0 };

/** The next snapshot is as far from the last one as that was from the one before: states grow and shrink slowly. */
const spacingAfter = ({ position, start }: Mark): number => Math.max(EVERY, position - start);

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The marks of this very log; those of one that was here before it are forgotten. */
const marksOf = (log: Log, snapshots: Snapshots): readonly Mark[] => {
  const marks = snapshots.marks();
  const newest = marks.at(-1);
  if (newest === undefined) return [];
  const [fact] = log.read({ after: newest.position - 1, until: newest.position });
  if (fact !== undefined && isSame(fact.hash, newest.hash)) return marks;
  snapshots.clear();
  return [];
};

const begin = <State>(
  log: Log,
  { initial, keeping }: Foldable<State>,
  snapshots: Snapshots | undefined,
  mark: Mark | undefined,
): { mark: Mark; state: State } => {
  const kept = mark === undefined ? undefined : snapshots?.state(mark.position);
  return mark === undefined || kept === undefined || keeping === undefined
    ? { mark: START, state: initial() }
    : { mark, state: keeping.take(kept, recallFrom(log)) };
};

/** Folds to the end of the log, and keeps states on the way. */
const foldToEnd = <State>(
  log: Log,
  view: Foldable<State>,
  snapshots: Snapshots | undefined,
  now: number,
): Folded<State> => {
  const newest = snapshots && marksOf(log, snapshots).at(-1);
  let { mark, state } = begin(log, view, snapshots, newest);
  let [seq, start, earliest, latest] = [mark.position, mark.position, Number.POSITIVE_INFINITY, mark.latest];
  let spacing = spacingAfter(mark);
  for (const fact of log.read({ after: mark.position })) {
    state = view.fold(state, fact);
    seq = fact.position;
    if (fact.at < earliest) earliest = fact.at;
    if (fact.at > latest) latest = fact.at;
    if (snapshots === undefined || seq - start < spacing) continue;
    const bytes = snapshots.add(
      { position: seq, hash: fact.hash, start, earliest, latest },
      view.keeping?.put(state),
    );
    // Where one cannot be kept, the next could not either.
    spacing = bytes === 0 ? Number.POSITIVE_INFINITY : Math.max(EVERY, bytes / BYTES_A_FACT);
    start = seq;
    earliest = Number.POSITIVE_INFINITY;
  }
  return { state, asOf: { seq, time: now } };
};

/** What may hold facts decided by then: everything after a position but the runs that are known to be later. */
const readDecidedBy = function* (
  log: Log,
  decidedBy: number,
  after: number,
  marks: readonly Mark[],
): Generator<RecordedFact, void> {
  let from = after;
  for (const { position, start, earliest } of marks) {
    if (position <= from || earliest <= decidedBy) continue;
    if (start > from) yield* log.read({ after: from, until: start, decidedBy });
    from = position;
  }
  yield* log.read({ after: from, decidedBy });
};

const foldUpTo = <State>(
  log: Log,
  view: Foldable<State>,
  snapshots: Snapshots | undefined,
  moment: Moment,
  now: number,
): Folded<State> => {
  const marks = snapshots === undefined ? [] : marksOf(log, snapshots);
  const usable = marks.findLast(({ position, latest }) =>
    moment.kind === 'seq' ? position <= moment.seq : latest <= moment.at,
  );
  let { mark, state } = begin(log, view, snapshots, usable);
  let seq = mark.position;
  const facts =
    moment.kind === 'seq'
      ? log.read({ after: seq, until: moment.seq })
      : readDecidedBy(log, moment.at, seq, marks);
  for (const fact of facts) {
    state = view.fold(state, fact);
    seq = fact.position;
  }
  if (moment.kind === 'time') return { state, asOf: { seq, time: moment.at } };
  const [last] = log.read({ until: seq, reverse: true, limit: 1 });
  return { state, asOf: { seq, time: last?.at ?? now } };
};

/**
 * Folds a log up to a moment, or to its end. With snapshots it begins at the nearest one before; where they are
 * lacking they are made first, which takes one fold of the log, once.
 */
export const foldLog = <State>(
  log: Log,
  view: Foldable<State>,
  {
    now,
    moment,
    snapshots,
  }: {
    readonly now: number;
    readonly moment?: Moment | undefined;
    readonly snapshots?: Snapshots | undefined;
  },
): Folded<State> => {
  if (moment === undefined) return foldToEnd(log, view, snapshots, now);
  const newest = snapshots && (marksOf(log, snapshots).at(-1) ?? START);
  if (newest !== undefined && log.last() - newest.position >= spacingAfter(newest))
    foldToEnd(log, view, snapshots, now);
  return foldUpTo(log, view, snapshots, moment, now);
};
