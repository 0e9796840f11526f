import type { RecordedFact } from '@vipcast/events';
import type { Changed, Scope, View } from '@vipcast/views';
import type { Archive } from './archive.ts';
import { type AsOf, type DocumentFormat, documentOf } from './document.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { ViewOptions } from './options.ts';
import { type Paint, painter } from './paint.ts';
import { formatDuration, formatTime } from './time.ts';
import type { Times } from './view-times.ts';
import { sinceThen } from './window.ts';

/** What is needed to show rows to people. */
export interface Looks {
  readonly now: number;
  readonly wide: boolean;
  readonly paint: Paint;
  /** Columns of the terminal; infinite when piped. */
  readonly width: number;
}

/** A view as a verb of the command. */
export interface ViewCommand<State, Row extends Changed, Context extends Scope> {
  /** In documents: `Peers`. */
  readonly kind: string;
  readonly view: View<State, Row, Context>;
  readonly context: (scope: Scope) => Context;
  /** True for the rows that were asked for by name. */
  readonly matches?: (row: Row) => boolean;
  /**
   * Said on stderr when there are no rows.
   * @throws Failure when that is because of a name that the log does not know
   */
  readonly whenEmpty: (state: State, scope: Scope) => string;
  readonly format: (rows: readonly Row[], looks: Looks) => string;
  readonly exit?: (rows: readonly Row[]) => ExitCode;
  /** Said on stderr after the rows. */
  readonly hints?: (rows: readonly Row[]) => readonly string[];
}

/** A view with the facts that went into it so far. */
export interface Answer<Row> {
  take(fact: RecordedFact): void;
  rows(now: number): readonly Row[];
  /** Rows in the format that is asked for; `begun` is when the question was put. */
  text(rows: readonly Row[], asOf: AsOf, begun: number): string;
  /** What to say when there are no rows. */
  whenEmpty(now: number): string;
}

/** The first line for people: of when an answer is that is not of this moment and this node's journal. */
const headline = ({ time, seq }: AsOf, ago: number | undefined, origin: string): string => {
  const about = [...(ago === undefined ? [] : ['not live']), ...(origin === '' ? [] : [origin])].join(', ');
  const place = ago === undefined ? `seq ${seq}` : `seq ${seq}, ${formatDuration(ago)} ago`;
  return about === '' ? '' : `AS OF ${formatTime(time)} (${place}) - ${about}`;
};

/**
 * Begins an answer to a view.
 * @param state what is known so far; `take` may change it
 * @param format for documents; `undefined` for people
 * @param archive where the answer comes from, and who is held to be gone at a time
 */
export const createAnswer = <State, Row extends Changed, Context extends Scope>(
  io: Io,
  { output, watch, node, peer }: ViewOptions,
  command: ViewCommand<State, Row, Context>,
  times: Times,
  state: State,
  format: DocumentFormat | undefined,
  { origin, gone }: Pick<Archive, 'origin' | 'gone'>,
): Answer<Row> => {
  const { view } = command;
  const { since } = times;
  let known = state;
  const wanted = (row: Row): boolean =>
    (command.matches?.(row) ?? true) && (since === undefined || sinceThen(row, since));
  return {
    take: (fact) => {
      known = view.fold(known, fact);
    },
    rows: (now) => view.answer(known, command.context({ now, node, peer, gone: gone(now) })).filter(wanted),
    whenEmpty: (now) => command.whenEmpty(known, { now, node, peer }),
    text: (rows, asOf, begun) => {
      if (format !== undefined) return format(documentOf(command.kind, asOf, rows), watch);
      const paint = painter(io);
      const ago = times.at === undefined ? undefined : begun - asOf.time;
      const line = headline(asOf, ago, origin);
      const first = line === '' ? '' : `${ago === undefined ? line : paint('bad', line)}\n`;
      const looks = { now: asOf.time, wide: output === 'wide', paint, width: io.stdout.columns };
      return first + (rows.length === 0 ? '' : command.format(rows, looks));
    },
  };
};
