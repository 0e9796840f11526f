import { Failure } from './failure.ts';
import type { ViewOptions } from './options.ts';
import type { Moment } from './time.ts';
import { readMoment, readPast } from './window.ts';

/** The moments that an answer is about. */
export interface Times {
  /** The state is shown as of then; `undefined`: now. */
  readonly at: Moment | undefined;
  /** Only what changed since then is shown. */
  readonly since: Moment | undefined;
}

/** True for two times or two positions of which the first is the earlier. */
const isBefore = (a: Moment, b: Moment): boolean =>
  a.kind === 'time' ? b.kind === 'time' && a.at < b.at : b.kind === 'seq' && a.seq < b.seq;

/**
 * Reads the flags of a view that are times.
 * @throws Failure when they are no times, or contradict each other
 */
export const readTimes = ({ at, since, until, watch }: ViewOptions, now: number): Times => {
  if (at !== undefined && until !== undefined)
    throw new Failure('E_USAGE', '--at and --until ask the same question', { next: 'leave out one of them' });
  const end = at ?? until;
  const past = end === undefined ? undefined : readPast(at === undefined ? '--until' : '--at', end, now);
  if (watch && past !== undefined)
    throw new Failure('E_USAGE', 'the past does not change: --watch goes without --at and --until', {
      next: 'leave out one of them',
    });
  const begin = since === undefined ? undefined : readMoment('--since', since, now);
  if (past !== undefined && begin !== undefined && isBefore(past, begin))
    throw new Failure(
      'E_USAGE',
      `--since ${since} comes after ${at === undefined ? '--until' : '--at'} ${end}`,
      {
        next: 'exchange them',
      },
    );
  return { at: past, since: begin };
};
