import { type Clock, systemClock } from '../clock.ts';
import { parseJson } from '../json.ts';
import type { Cluster } from '../request/cluster.ts';
import type { Query } from '../request/request.ts';
import { type Resource, resourcePath } from '../resources.ts';
import type { Condition } from './condition.ts';
import { createLineDecoder } from './line-decoder.ts';
import type { ObjectProblem } from './listing.ts';
import type { Project } from './projection.ts';
import { createReflector } from './reflector.ts';
import type { Batch, ReflectorEffect, ReflectorInput } from './reflector-input.ts';

/** What to watch. */
export interface WatchOptions<T> {
  readonly cluster: Cluster;
  readonly resource: Resource;
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** What to keep of each object; the object itself is not kept. */
  readonly project: Project<T>;
  readonly clock?: Clock;
  /**
   * How long a watch may say nothing before it is opened anew; 90 s when left out. Bookmarks come each minute, or not at
   * all where nothing happens: then it becomes longer.
   */
  readonly silenceMs?: number;
}

/** Who is told. None of these may throw. */
export interface WatchHandlers<T> {
  /** Once for everything that came together. */
  readonly onChange: (batch: Batch<T>) => void;
  /** `since` is in milliseconds since 1970. */
  readonly onState?: (condition: Condition) => void;
  /** A malformed object, by its name. */
  readonly onError?: (problem: ObjectProblem) => void;
}

/** A watch that goes on until it is stopped. */
export interface ResourceWatch {
  /** Nothing is called after this. */
  readonly stop: () => void;
  /** True once the first list was delivered; false when it was stopped before. */
  readonly synced: Promise<boolean>;
}

const SILENCE_MS = 90_000;
/** etcd keeps no object larger than 1.5 MiB. */
const LONGEST_LINE = 8 * 1024 * 1024;
const LARGEST_PAGE = 64 * 1024 * 1024;

/** Keeps `onChange` told of a resource's objects: first all there are, then what changes. Never gives up. */
export const watchResource = <T>(options: WatchOptions<T>, handlers: WatchHandlers<T>): ResourceWatch => {
  const { cluster, clock = systemClock, silenceMs = SILENCE_MS } = options;
  const { project, labelSelector, fieldSelector } = options;
  const reflector = createReflector({ project, random: clock.random, silenceMs });
  const path = resourcePath(options.resource, options);
  const synced = Promise.withResolvers<boolean>();
  const nothing = (): void => undefined;
  const listing = new AbortController();
  const { signal } = listing;
  let stopped = false;
  let closeWatch = nothing;
  let stopPause = nothing;
  let stopSilence = nothing;

  const take = (input: ReflectorInput): void => {
    if (stopped) return;
    for (const effect of reflector.take(input, clock.monotonic())) {
      if (stopped) return;
      run(effect);
    }
  };

  const list = async (query: Query): Promise<void> => {
    const answer = await cluster.request({ method: 'GET', path, query, signal, largestBody: LARGEST_PAGE });
    take(
      answer.ok ? { type: 'PageArrived', body: answer.body } : { type: 'ListFailed', error: answer.error },
    );
  };

  const watch = (query: Query): (() => void) => {
    const decoder = createLineDecoder(LONGEST_LINE);
    let broken = '';
    const takeLine = (line: string): void => {
      if (broken !== '') return;
      const event = parseJson(line);
      if (event === undefined) broken = `a line of ${line.length} characters is not JSON`;
      else take({ type: 'EventArrived', event });
    };
    return cluster.stream(path, query, {
      opened: () => take({ type: 'WatchOpened' }),
      chunk: (bytes) => {
        if (!decoder.push(bytes, takeLine)) broken ||= `a line is longer than ${LONGEST_LINE} bytes`;
        take({ type: 'ChunkTaken' });
        if (broken !== '') take({ type: 'LineMalformed', because: broken });
      },
      ended: () => take({ type: 'WatchEnded' }),
      failed: (error) => take({ type: 'WatchFailed', error }),
    });
  };

  const run = (effect: ReflectorEffect<T>): void => {
    switch (effect.type) {
      case 'list': {
        const { limit } = effect;
        list({ limit, continue: effect.continue, labelSelector, fieldSelector });
        return;
      }
      case 'watch': {
        const { resourceVersion, seconds: timeoutSeconds } = effect;
        const query = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
        closeWatch = watch({ ...query, labelSelector, fieldSelector });
        return;
      }
      case 'closeWatch':
        closeWatch();
        return;
      case 'startPause':
        stopPause = clock.after(effect.ms, () => take({ type: 'PauseExpired' }));
        return;
      case 'startSilence':
        stopSilence = clock.after(effect.ms, () => take({ type: 'SilenceExpired' }));
        return;
      case 'stopSilence':
        stopSilence();
        return;
      case 'deliver':
        handlers.onChange(effect.batch);
        if (effect.batch.cause === 'list') synced.resolve(true);
        return;
      case 'tell': {
        const ago = clock.monotonic() - effect.condition.since;
        handlers.onState?.({ ...effect.condition, since: Math.round(clock.wall() - ago) });
        return;
      }
      case 'report':
        handlers.onError?.(effect.problem);
    }
  };

  take({ type: 'Started' });
  return {
    stop: () => {
      stopped = true;
      listing.abort();
      closeWatch();
      stopPause();
      stopSilence();
      synced.resolve(false);
    },
    synced: synced.promise,
  };
};
