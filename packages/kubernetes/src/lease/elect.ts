import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../request/api-error.ts';
import type { Answer } from '../request/body.ts';
import type { Cluster } from '../request/cluster.ts';
import { LEASES, resourcePath } from '../resources.ts';
import { createElection, type ElectionEffect, type ElectionInput, type ElectionTimes } from './election.ts';
import { claimed, type Lease, readLease, released } from './lease.ts';

/** Who stands for election, and for what. */
export interface ElectionOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  /** No two candidates may share one: a pod's name, or a node's with a random part. */
  readonly identity: string;
  /** 15 s, 10 s and 2 s when left out, as other controllers have it. */
  readonly times?: ElectionTimes;
  readonly clock?: Clock;
}

/** Who is told. None of these may throw. */
export interface ElectionHandlers {
  readonly onStarted: () => void;
  /** Always before anybody else is started; follows each `onStarted` once. */
  readonly onStopped: (because: string) => void;
  /** Somebody holds the lease, or with '' nobody does. */
  readonly onHolder?: (holder: string) => void;
}

/** A candidacy that goes on until it is stopped: whoever lost the lease tries again. */
export interface Candidacy {
  readonly isLeader: () => boolean;
  /** Stands down, then gives the lease back if it is ours; resolves when the server was told. */
  readonly stop: () => Promise<void>;
}

const TIMES: ElectionTimes = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

/** Stands for election. */
export const standForElection = (options: ElectionOptions, handlers: ElectionHandlers): Candidacy => {
  const { cluster, namespace, name, identity, times = TIMES, clock = systemClock } = options;
  const election = createElection(identity, times, clock.random);
  const claim = { namespace, name, identity, durationMs: times.leaseMs };
  const path = resourcePath(LEASES, { namespace, name });
  const timeoutMs = times.renewMs / 2;
  const nothing = (): void => undefined;
  let stopRetry = nothing;
  let stopDeadline = nothing;
  let request: Promise<void> = Promise.resolve();

  const take = (input: ElectionInput): void => {
    for (const effect of election.take(input, clock.monotonic())) run(effect);
  };

  const failed = (answer: Answer): void => {
    const error = answer.ok ? undefined : answer.error;
    const because = error === undefined ? 'the answer is no Lease' : describeError(error);
    take({ type: 'RequestFailed', because, conflict: error?.status === 409 });
  };

  const read = async (): Promise<void> => {
    const answer = await cluster.request({ method: 'GET', path, timeoutMs });
    const lease = answer.ok ? readLease(answer.body) : undefined;
    if (lease !== undefined || (!answer.ok && answer.error.status === 404))
      take({ type: 'LeaseRead', lease });
    else failed(answer);
  };

  const write = async (lease: Lease | undefined): Promise<void> => {
    const sentAt = clock.monotonic();
    const body = claimed(claim, lease, clock.wall());
    const answer = await cluster.request(
      lease === undefined
        ? { method: 'POST', path: resourcePath(LEASES, { namespace }), body, timeoutMs }
        : { method: 'PUT', path, body, timeoutMs },
    );
    const written = answer.ok ? readLease(answer.body) : undefined;
    if (written === undefined) failed(answer);
    else take({ type: 'LeaseWritten', lease: written, sentAt });
  };

  const release = async (lease: Lease): Promise<void> => {
    await cluster.request({ method: 'PUT', path, body: released(lease, clock.wall()), timeoutMs });
  };

  const run = (effect: ElectionEffect): void => {
    switch (effect.type) {
      case 'read':
        request = read();
        return;
      case 'claim':
        request = write(effect.lease);
        return;
      case 'release':
        request = release(effect.lease);
        return;
      case 'startRetry':
        stopRetry();
        stopRetry = clock.after(effect.ms, () => take({ type: 'RetryExpired' }));
        return;
      case 'startDeadline':
        stopDeadline();
        stopDeadline = clock.after(effect.ms, () => take({ type: 'DeadlineExpired' }));
        return;
      case 'lead':
        handlers.onStarted();
        return;
      case 'standDown':
        stopDeadline();
        handlers.onStopped(effect.because);
        return;
      case 'observe':
        handlers.onHolder?.(effect.holder);
    }
  };

  take({ type: 'Started' });
  return {
    isLeader: () => election.leads(clock.monotonic()),
    stop: async () => {
      stopRetry();
      take({ type: 'Stopped' });
      // What is under way may be our own renewal, which is to be given back after it.
      for (let last: Promise<void> | undefined; last !== request; ) {
        last = request;
        await last;
      }
      stopRetry();
    },
  };
};
