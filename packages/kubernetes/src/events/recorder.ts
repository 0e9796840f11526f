import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../request/api-error.ts';
import type { Answer } from '../request/body.ts';
import type { Cluster } from '../request/cluster.ts';
import { EVENTS, resourcePath } from '../resources.ts';
import { eventNamespace, eventObject, type Notice, type Reporter, recurrence } from './event.ts';
import { createSeriesBook, type EventRates, type Writing } from './series.ts';

/** Where Events go and who tells them. */
export interface RecorderOptions {
  readonly cluster: Cluster;
  readonly reporter: Reporter;
  readonly rates?: EventRates;
  readonly clock?: Clock;
  /** Told when Events cannot be written, once until they can again. */
  readonly onError?: (message: string) => void;
}

/** Tells people about objects, where `kubectl describe` shows it. */
export interface EventRecorder {
  /** Never throws and never waits. What happens again is counted, not written again. */
  readonly record: (notice: Notice) => void;
  readonly stop: () => void;
}

/** An object that flaps for ever costs one write a minute; all of them together, one a second. */
const RATES: EventRates = { objectBurst: 10, objectRefillMs: 60_000, burst: 50, refillMs: 1_000 };
/** After a refusal or an outage. */
const REST_MS = 30_000;

const nameOf = ({ notice }: Writing, clock: Clock): string => {
  const stamp = Math.floor(clock.wall() * 1000).toString(16);
  const chance = Math.floor(clock.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
  return `${notice.object.name.slice(0, 200)}.${stamp}${chance}`;
};

/** Writes Events, one at a time. */
export const createEventRecorder = (options: RecorderOptions): EventRecorder => {
  const { cluster, reporter, rates = RATES, clock = systemClock, onError } = options;
  const book = createSeriesBook(rates, clock.monotonic());
  let writing = false;
  let stopped = false;
  let failing = false;
  let restUntil = 0;
  let stopWaiting = (): void => undefined;

  const write = async (event: Writing): Promise<Answer & { readonly name: string }> => {
    const { notice, occurrences } = event;
    const namespace = eventNamespace(notice.object);
    const name = event.name || nameOf(event, clock);
    const answer = await cluster.request(
      event.name === ''
        ? {
            method: 'POST',
            path: resourcePath(EVENTS, { namespace }),
            body: eventObject(name, notice, reporter, occurrences),
          }
        : {
            method: 'PATCH',
            path: resourcePath(EVENTS, { namespace, name }),
            body: recurrence(notice, occurrences),
          },
    );
    return { ...answer, name };
  };

  const settle = (event: Writing, answer: Awaited<ReturnType<typeof write>>): void => {
    if (answer.ok) {
      failing = false;
      book.wrote(event.key, answer.name);
      return;
    }
    const { error } = answer;
    const gone = error.status === 404 && event.name !== '';
    // What the server finds wrong with an Event stays wrong; anything else may pass.
    const hopeless = [400, 404, 409, 413, 422].includes(error.status) && !gone;
    if (!hopeless) book.failed(event.key, gone);
    if (!gone && !hopeless) restUntil = clock.monotonic() + Math.max(REST_MS, error.retryAfter ?? 0);
    if (!gone && !failing) onError?.(describeError(error));
    failing ||= !gone;
  };

  const flush = async (): Promise<void> => {
    if (writing || stopped) return;
    stopWaiting();
    const at = clock.monotonic();
    const event = at < restUntil ? undefined : book.next(at);
    if (event === undefined) {
      const wait = book.wait(at);
      if (wait !== undefined) stopWaiting = clock.after(Math.max(wait, restUntil - at), flush);
      return;
    }
    writing = true;
    settle(event, await write(event));
    writing = false;
    await flush();
  };

  return {
    record: (notice) => {
      if (stopped) return;
      book.add(notice, clock.wall());
      flush();
    },
    stop: () => {
      stopped = true;
      stopWaiting();
    },
  };
};
