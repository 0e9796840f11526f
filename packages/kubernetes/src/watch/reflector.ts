import { type ApiError, describeError, localError } from '../request/api-error.ts';
import { type Condition, createTelling } from './condition.ts';
import { createListing, type Listing, type ObjectProblem, readPage } from './listing.ts';
import { pause, watchSeconds } from './pace.ts';
import type { Project } from './projection.ts';
import type { Batch, ReflectorEffect, ReflectorInput } from './reflector-input.ts';
import { createStore } from './store.ts';
import { takeEvent } from './watch-event.ts';

/** Objects a page: half of what is usual, since a page is in memory as text and as objects at once. */
const PAGE = 250;
const LARGEST_PAGE = 32_000;
/** A watch that lived this long is proof that the server is well. */
const STEADY_MS = 5_000;
/** After a longer outage the server may have been restored from a backup: a list is made, not resumed from. */
const RESUME_WITHIN_MS = 60_000;
/** The shortest time that a watch is asked to last: it is renewed then anyway. */
const LONGEST_SILENCE_MS = 300_000;
/** How much later than it was asked to the server may end a watch. */
const OVERTIME_MS = 30_000;

/** What a reflector needs. */
export interface ReflectorOptions<T> {
  readonly project: Project<T>;
  /** In [0, 1). */
  readonly random: () => number;
  /** A watch that says nothing for this long, not even a bookmark, is opened anew. */
  readonly silenceMs: number;
}

/** A copy of a list of the API server's, kept up to date: inputs in, effects out, no I/O. */
export interface Reflector<T> {
  /** @param at milliseconds that never jump; the conditions told are on the same clock */
  readonly take: (input: ReflectorInput, at: number) => readonly ReflectorEffect<T>[];
  readonly size: () => number;
}

/**
 * LIST, then WATCH from there, for ever. Whatever ends a watch, it goes on from the last resourceVersion heard; when the
 * server no longer has that one (410), when a line cannot be read or after a long outage, a list is made, and what
 * changed unseen is the difference to what was known. Nothing that fails takes anything away from what is known.
 */
export const createReflector = <T>({ project, random, silenceMs }: ReflectorOptions<T>): Reflector<T> => {
  const store = createStore<T>();
  const isNews = createTelling();
  let effects: ReflectorEffect<T>[] = [];
  let phase: 'idle' | 'listing' | 'opening' | 'watching' | 'pausing' = 'idle';
  let listing: Listing<T> | undefined;
  let limit = PAGE;
  let synced = false;
  /** Where a watch goes on; '' when a list is needed. */
  let resourceVersion = '';
  let failures = 0;
  let seconds = 0;
  let openedAt = 0;
  /** The watch that is open brought us further. */
  let moved = false;
  let heardAt = 0;
  let brokenAt: number | undefined;
  /**
   * How long the watch may say nothing. A server sends no bookmark while it knows of nothing newer than where the watch
   * began, and with etcd's own settings that may be for ten minutes: a watch that was opened anew in vain is given longer.
   */
  let patience = silenceMs;

  const tell = (condition: Condition): void => {
    if (isNews(condition)) effects.push({ type: 'tell', condition });
  };
  const report = (problems: readonly ObjectProblem[]): void => {
    for (const problem of problems) effects.push({ type: 'report', problem });
  };
  const deliver = (cause: Batch<T>['cause']): void => {
    const { set, deleted } = store.takeChanges();
    if (cause !== 'list' && set.length === 0 && deleted.length === 0) return;
    effects.push({ type: 'deliver', batch: { cause, set, deleted } });
  };

  const list = (): void => {
    phase = 'listing';
    listing = createListing(store, project);
    effects.push({ type: 'list', limit, continue: '' });
  };
  const watch = (): void => {
    phase = 'opening';
    seconds = watchSeconds(random());
    effects.push({ type: 'watch', resourceVersion, seconds });
  };
  const goOn = (at: number): void => {
    const longGone = brokenAt !== undefined && at - brokenAt > RESUME_WITHIN_MS;
    if (resourceVersion === '' || longGone) list();
    else watch();
  };
  const rest = (ms: number): void => {
    phase = 'pausing';
    effects.push({ type: 'startPause', ms });
  };

  const fail = (error: ApiError, at: number): void => {
    brokenAt ??= at;
    failures += 1;
    tell({ state: synced ? 'stale' : 'syncing', because: describeError(error), since: heardAt });
    rest(pause(failures, random(), error.retryAfter));
  };

  /** A watch is over. A first break after a good one is nothing to speak of. */
  const leaveWatch = (error: ApiError, orderly: boolean, at: number): void => {
    if (phase !== 'watching' && phase !== 'opening') return;
    const open = phase === 'watching';
    const expired = error.status === 410;
    const steady = open && at - openedAt >= STEADY_MS;
    const good = steady || (open && moved && error.status === 0);
    deliver('watch');
    effects.push({ type: 'stopSilence' });
    brokenAt ??= at;
    if (expired) resourceVersion = '';
    if (good) failures = 0;
    if (good && orderly) goOn(at);
    else if (good || (expired && failures === 0)) {
      failures = good ? 0 : 1;
      rest(pause(0, random(), error.retryAfter));
    } else fail(error, at);
  };
  const dropWatch = (error: ApiError, at: number): void => {
    effects.push({ type: 'closeWatch' });
    leaveWatch(error, false, at);
  };

  const dropUnread = (because: string, at: number): void => {
    deliver('watch');
    resourceVersion = '';
    dropWatch(localError('Malformed', because), at);
  };

  const takePage = (body: unknown, at: number): void => {
    const page = readPage(body);
    if (page === undefined || listing === undefined) {
      listing = undefined;
      fail(localError('Malformed', 'the answer to a list is no list'), at);
      return;
    }
    heardAt = at;
    report(listing.add(page));
    if (page.continue !== '') {
      effects.push({ type: 'list', limit, continue: page.continue });
      return;
    }
    resourceVersion = listing.resourceVersion();
    store.replace(listing.entries());
    listing = undefined;
    limit = PAGE;
    brokenAt = undefined;
    deliver(synced ? 'relist' : 'list');
    synced = true;
    watch();
  };

  /** Pages too large are made smaller; a list that grew too old on its way comes in larger ones. */
  const failList = (error: ApiError, at: number): void => {
    if (error.reason === 'TooLarge') limit = Math.max(1, Math.floor(limit / 4));
    if (error.status === 410) limit = Math.min(limit * 4, LARGEST_PAGE);
    listing = undefined;
    fail(error, at);
  };

  const open = (at: number): void => {
    phase = 'watching';
    openedAt = at;
    heardAt = at;
    brokenAt = undefined;
    moved = false;
    tell({ state: 'live', because: 'the watch is open', since: at });
    effects.push({ type: 'startSilence', ms: patience });
  };

  const losePatience = (): void => {
    if (patience === silenceMs) return;
    patience = silenceMs;
    effects.push({ type: 'stopSilence' }, { type: 'startSilence', ms: silenceMs });
  };

  const hear = (event: unknown, at: number): void => {
    const heard = takeEvent(store, project, event);
    if (heard.problem !== undefined) report([heard.problem]);
    if (heard.resourceVersion !== '' && heard.resourceVersion !== resourceVersion) {
      resourceVersion = heard.resourceVersion;
      moved = true;
    }
    if (heard.error !== undefined) dropWatch(heard.error, at);
  };

  const expireSilence = (at: number): void => {
    const quiet = at - heardAt;
    const overtime = at - openedAt - seconds * 1000;
    if (quiet >= patience) {
      if (!moved) patience = Math.min(patience * 2, Math.max(silenceMs, LONGEST_SILENCE_MS));
      dropWatch(localError('Timeout', `the watch said nothing for ${Math.round(quiet / 1000)} s`), at);
    } else if (overtime >= OVERTIME_MS)
      dropWatch(localError('Timeout', `the watch did not end after ${seconds} s`), at);
    else effects.push({ type: 'startSilence', ms: Math.min(patience - quiet, OVERTIME_MS - overtime) });
  };

  const dispatch = (input: ReflectorInput, at: number): void => {
    switch (input.type) {
      case 'Started':
        heardAt = at;
        tell({ state: 'syncing', because: 'the first list is under way', since: at });
        list();
        break;
      case 'PageArrived':
        if (phase === 'listing') takePage(input.body, at);
        break;
      case 'ListFailed':
        if (phase === 'listing') failList(input.error, at);
        break;
      case 'WatchOpened':
        if (phase === 'opening') open(at);
        break;
      case 'EventArrived':
        if (phase === 'watching') hear(input.event, at);
        break;
      case 'ChunkTaken':
        heardAt = at;
        if (phase === 'watching') losePatience();
        deliver('watch');
        break;
      case 'LineMalformed':
        if (phase === 'watching') dropUnread(input.because, at);
        break;
      case 'WatchFailed':
        leaveWatch(input.error, false, at);
        break;
      case 'WatchEnded':
        leaveWatch(localError('Closed', 'the watch ended at once'), true, at);
        break;
      case 'SilenceExpired':
        if (phase === 'watching') expireSilence(at);
        break;
      case 'PauseExpired':
        if (phase === 'pausing') goOn(at);
        break;
    }
  };

  return {
    take: (input, at) => {
      effects = [];
      dispatch(input, at);
      return effects;
    },
    size: store.size,
  };
};
