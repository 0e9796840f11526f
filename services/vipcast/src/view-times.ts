import { Failure } from './failure.ts';
import type { ViewOptions } from './options.ts';
import type { Moment } from './time.ts';
import { readMoment } from './window.ts';

/** The moments that an answer is about. */
export interface Times {
  /** The state is shown as of then; `undefined`: now. */
  readonly at: Moment | undefined;
  /** Only what changed since then is shown. */
  readonly since: Moment | undefined;
}

/**
 * Reads the flags of a view that are times.
 * @throws Failure when they are no times, or contradict each other
 */
export const readTimes = ({ at, since, until, watch }: ViewOptions, now: number): Times => {
  if (at !== undefined && until !== undefined)
    throw new Failure('E_USAGE', '--at and --until ask the same question', { next: 'leave out one of them' });
  const end = at ?? until;
  const moment = end === undefined ? undefined : readMoment(at === undefined ? '--until' : '--at', end, now);
  const past = moment?.kind === 'time' && moment.at === now ? undefined : moment;
  if (watch && past !== undefined)
    throw new Failure('E_USAGE', 'the past does not change: --watch goes without --at and --until', {
      next: 'leave out one of them',
    });
  return { at: past, since: since === undefined ? undefined : readMoment('--since', since, now) };
};
