import type { Lease } from './lease.ts';

/** What happens to a candidate. */
export type ElectionInput =
  | { readonly type: 'Started' }
  /** Time to look, or to renew. */
  | { readonly type: 'RetryExpired' }
  /** As long since the last renewal as a leader may go without one. */
  | { readonly type: 'DeadlineExpired' }
  | { readonly type: 'LeaseRead'; readonly lease: Lease | undefined }
  | { readonly type: 'LeaseWritten'; readonly lease: Lease; readonly sentAt: number }
  /** `conflict`: somebody was faster. */
  | { readonly type: 'RequestFailed'; readonly because: string; readonly conflict: boolean }
  | { readonly type: 'Stopped' };

/** What a candidate wants done. Requests are answered before the next one is asked for. */
export type ElectionEffect =
  | { readonly type: 'read' }
  /** `lease` is what is replaced; create one when it is `undefined`. */
  | { readonly type: 'claim'; readonly lease: Lease | undefined }
  | { readonly type: 'release'; readonly lease: Lease }
  | { readonly type: 'startRetry'; readonly ms: number }
  | { readonly type: 'startDeadline'; readonly ms: number }
  | { readonly type: 'lead' }
  | { readonly type: 'standDown'; readonly because: string }
  | { readonly type: 'observe'; readonly holder: string };

/** How an election is held; milliseconds, each longer than the next. */
export interface ElectionTimes {
  /** Others wait this long after the last renewal they saw. */
  readonly leaseMs: number;
  /** A leader that could not renew for this long is one no more. */
  readonly renewMs: number;
  /** Between renewals, and after what failed. Who waits for another's lease to run out looks less often. */
  readonly retryMs: number;
}

/** One candidate: inputs in, effects out, no I/O. */
export interface Election {
  /** @param at milliseconds that never jump */
  readonly take: (input: ElectionInput, at: number) => readonly ElectionEffect[];
  /** By time and not by what was told: a process that was stopped and runs again is no leader before it knows. */
  readonly leads: (at: number) => boolean;
}

/**
 * Leader election on a Lease. Nobody compares clocks with anybody: a lease has run out when it was *seen* unchanged for
 * its whole duration. A leader counts its time from when its last successful renewal was sent, so it stands down before
 * anybody may follow, provided that their clocks run at about the same speed. A lease is no lock: what a leader has
 * begun may still arrive after another took over.
 */
export const createElection = (
  identity: string,
  { leaseMs, renewMs, retryMs }: ElectionTimes,
  random: () => number,
): Election => {
  let effects: ElectionEffect[] = [];
  let seen: Lease | undefined;
  let seenAt = 0;
  let toldHolder: string | undefined;
  let asking = false;
  let stopping = false;
  /** While leading: when the renewal was sent that leadership rests on. */
  let renewedAt: number | undefined;
  let trouble = '';

  const observe = (lease: Lease | undefined, at: number): void => {
    if (lease?.mark !== seen?.mark) seenAt = at;
    seen = lease;
    const holder = lease?.holder ?? '';
    if (holder === toldHolder) return;
    toldHolder = holder;
    effects.push({ type: 'observe', holder });
  };
  const ask = (effect: ElectionEffect): void => {
    asking = true;
    effects.push(effect);
  };
  const rest = (ms: number): void => {
    effects.push({ type: 'startRetry', ms: Math.round(ms * (1 + random() * 0.2)) });
  };
  const retry = (): void => rest(retryMs);
  /**
   * Twice in the time that must pass before anybody may follow: where every node is a candidate these looks are nearly
   * all that an API server hears of a cluster at rest, and of many candidates one looks soon anyway.
   */
  const watchOver = (): void => rest(Math.max(retryMs, leaseMs / 2));
  const standDown = (because: string): void => {
    if (renewedAt === undefined) return;
    renewedAt = undefined;
    effects.push({ type: 'standDown', because });
  };

  /** Free, ours from before, or unchanged for as long as it was to hold. */
  const isFree = (lease: Lease, at: number): boolean =>
    lease.holder === '' || lease.holder === identity || at - seenAt >= (lease.durationMs ?? leaseMs);

  const release = (): void => {
    if (seen?.holder === identity) ask({ type: 'release', lease: seen });
  };

  const look = (lease: Lease | undefined, at: number): void => {
    observe(lease, at);
    if (renewedAt !== undefined && lease?.holder !== identity)
      standDown(
        lease === undefined ? 'the lease was deleted' : `${lease.holder || 'nobody'} holds the lease`,
      );
    if (stopping) {
      release();
      return;
    }
    if (lease === undefined || isFree(lease, at)) ask({ type: 'claim', lease });
    else watchOver();
  };

  const hold = (lease: Lease, sentAt: number, at: number): void => {
    observe(lease, at);
    if (stopping) {
      release();
      return;
    }
    const left = sentAt + renewMs - at;
    trouble = '';
    retry();
    if (left <= 0) return;
    if (renewedAt === undefined) effects.push({ type: 'lead' });
    renewedAt = sentAt;
    effects.push({ type: 'startDeadline', ms: left });
  };

  /** After a conflict what we know is old; after another one, or anything else, the next try may do. */
  const fail = (because: string, conflict: boolean): void => {
    const first = trouble === '';
    trouble = because;
    if (stopping) return;
    if (conflict && first) ask({ type: 'read' });
    else retry();
  };

  const act = (): void => {
    if (asking || stopping) return;
    if (renewedAt !== undefined && trouble === '') ask({ type: 'claim', lease: seen });
    else ask({ type: 'read' });
  };

  const stop = (): void => {
    stopping = true;
    standDown('stopped');
    if (!asking) release();
  };

  const dispatch = (input: ElectionInput, at: number): void => {
    if (input.type === 'LeaseRead' || input.type === 'LeaseWritten' || input.type === 'RequestFailed')
      asking = false;
    switch (input.type) {
      case 'Started':
      case 'RetryExpired':
        act();
        break;
      case 'DeadlineExpired':
        standDown(`not renewed for ${renewMs / 1000} s${trouble === '' ? '' : `: ${trouble}`}`);
        break;
      case 'LeaseRead':
        look(input.lease, at);
        break;
      case 'LeaseWritten':
        hold(input.lease, input.sentAt, at);
        break;
      case 'RequestFailed':
        fail(input.because, input.conflict);
        break;
      case 'Stopped':
        stop();
        break;
    }
  };

  return {
    take: (input, at) => {
      effects = [];
      dispatch(input, at);
      return effects;
    },
    leads: (at) => renewedAt !== undefined && at - renewedAt < renewMs,
  };
};
