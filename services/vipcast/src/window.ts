import type { RecordedFact } from '@vipcast/events';
import type { Log } from '@vipcast/log';
import { Failure } from './failure.ts';
import { formatTime, type Moment, parseMoment } from './time.ts';

/**
 * Reads a time that a person gave.
 * @param flag for the message, such as `--at`
 * @throws Failure when it is no time, or lies ahead
 */
export const readMoment = (flag: string, text: string, now: number): Moment => {
  const moment = parseMoment(text, now);
  if (moment === undefined) throw new Failure('E_TIME', `${flag} ${JSON.stringify(text)} is not a time`);
  if (moment.kind === 'time' && moment.at > now)
    throw new Failure('E_TIME', `${flag} ${text} lies in the future`, {
      likely: 'a past time was meant: write -15m',
    });
  return moment;
};

/**
 * Reads a time that a person gave, as `readMoment` does.
 * @returns `undefined` for now: the end of the log, whatever its clocks say
 */
export const readPast = (flag: string, text: string, now: number): Moment | undefined => {
  const moment = readMoment(flag, text, now);
  return moment.kind === 'time' && moment.at === now ? undefined : moment;
};

/** True when the fact was decided at that moment or before. */
export const upTo = (fact: RecordedFact, moment: Moment): boolean =>
  moment.kind === 'seq' ? fact.position <= moment.seq : fact.at <= moment.at;

/** True for what changed at that moment or after: positions for a position, times for a time. */
export const sinceThen = (
  { changedAt, position }: { readonly changedAt: number; readonly position: number },
  moment: Moment,
): boolean => (moment.kind === 'seq' ? position >= moment.seq : changedAt >= moment.at);

/**
 * Checks that the log still holds what a question about the past needs.
 * @throws Failure when the moment is before the oldest fact that is kept, or after the newest
 */
export const requireKept = (log: Log, moment: Moment): void => {
  const [first] = log.read({ limit: 1 });
  const last = log.last();
  if (moment.kind === 'seq' && moment.seq > last)
    throw new Failure('E_NOT_FOUND', `seq:${moment.seq} is not in the log: it ends at seq:${last}`);
  if (first === undefined && last > 0)
    throw new Failure('E_TOO_OLD', `nothing is left of the log up to seq:${last}`);
  if (first === undefined || first.position === 1 || upTo(first, moment)) return;
  throw new Failure(
    'E_TOO_OLD',
    `the log begins later, with seq:${first.position} of ${formatTime(first.at)}`,
    {
      next: `--at seq:${first.position}`,
    },
  );
};
