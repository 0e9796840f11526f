import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { createElection, type ElectionEffect, type ElectionInput, type ElectionTimes } from './election.ts';
import { claimed, type Lease, readLease } from './lease.ts';

const TIMES: ElectionTimes = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

const lease = (holder: string, resourceVersion: string, seconds = 15): Lease => {
  const body = {
    metadata: { resourceVersion },
    spec: { holderIdentity: holder, leaseDurationSeconds: seconds, renewTime: resourceVersion },
  };
  const read = readLease(body);
  if (read === undefined) throw new Error('no lease');
  return read;
};
const candidate = () => {
  let now = 1_000_000;
  const election = createElection('me', TIMES, () => 0);
  return {
    leads: () => election.leads(now),
    take: (input: ElectionInput) => election.take(input, now),
    written: (of: Lease, ago = 0) =>
      election.take({ type: 'LeaseWritten', lease: of, sentAt: now - ago }, now),
    wait: (ms: number) => {
      now += ms;
    },
  };
};
const types = (effects: readonly ElectionEffect[]): string[] => effects.map(({ type }) => type);
const conflict: ElectionInput = { type: 'RequestFailed', because: 'conflict', conflict: true };
const unreachable: ElectionInput = { type: 'RequestFailed', because: 'unreachable', conflict: false };

/** One that leads since now. */
const leader = () => {
  const one = candidate();
  one.take({ type: 'Started' });
  one.take({ type: 'LeaseRead', lease: undefined });
  expect(types(one.written(lease('me', '1')))).toEqual(['observe', 'startRetry', 'lead', 'startDeadline']);
  return one;
};

describe('a candidate', () => {
  it.each([
    ['that does not exist', undefined],
    ['that nobody holds', lease('', '1')],
    ['that was its own', lease('me', '1')],
  ])('claims a lease %s at once', (_, found) => {
    const one = candidate();
    expect(types(one.take({ type: 'Started' }))).toEqual(['read']);
    expect(one.take({ type: 'LeaseRead', lease: found })).toContainEqual({ type: 'claim', lease: found });
    expect(one.leads()).toBe(false);
  });

  it('waits the whole duration of a lease from when it first saw it, whatever its times say', () => {
    const one = candidate();
    const theirs = lease('them', '1', 15);
    one.take({ type: 'Started' });
    expect(one.take({ type: 'LeaseRead', lease: theirs })).toEqual([
      { type: 'observe', holder: 'them' },
      { type: 'startRetry', ms: 7500 },
    ]);
    one.wait(14_999);
    expect(types(one.take({ type: 'LeaseRead', lease: theirs }))).toEqual(['startRetry']);
    one.wait(1);
    expect(types(one.take({ type: 'LeaseRead', lease: theirs }))).toEqual(['claim']);
  });

  it('starts its waiting again when the lease was renewed', () => {
    const one = candidate();
    one.take({ type: 'LeaseRead', lease: lease('them', '1') });
    one.wait(14_000);
    one.take({ type: 'LeaseRead', lease: lease('them', '2') });
    one.wait(14_999);
    expect(types(one.take({ type: 'LeaseRead', lease: lease('them', '2') }))).toEqual(['startRetry']);
  });

  it('that was slower than another does not lead', () => {
    const one = candidate();
    one.take({ type: 'Started' });
    one.take({ type: 'LeaseRead', lease: undefined });
    expect(types(one.take(conflict))).toEqual(['read']);
    expect(types(one.take({ type: 'LeaseRead', lease: lease('them', '2') }))).toEqual([
      'observe',
      'startRetry',
    ]);
    expect(one.leads()).toBe(false);
  });

  it('does not lead on an answer that came too late', () => {
    const one = candidate();
    expect(types(one.written(lease('me', '1'), 10_000))).toEqual(['observe', 'startRetry']);
    expect(one.leads()).toBe(false);
  });
});

describe('a leader', () => {
  it('renews what it wrote last, without reading it', () => {
    const one = leader();
    const effects = one.take({ type: 'RetryExpired' });
    expect(effects).toMatchObject([{ type: 'claim', lease: { resourceVersion: '1' } }]);
    expect(types(one.take({ type: 'RetryExpired' }))).toEqual([]);
    expect(types(one.written(lease('me', '2')))).toEqual(['startRetry', 'startDeadline']);
  });

  it('counts its time from when its renewal was sent', () => {
    const one = leader();
    one.wait(3000);
    expect(one.written(lease('me', '2'), 1000)).toContainEqual({ type: 'startDeadline', ms: 9000 });
    one.wait(8999);
    expect(one.leads()).toBe(true);
    one.wait(1);
    expect(one.leads()).toBe(false);
  });

  it('stands down when it cannot renew, says why, and tries again', () => {
    const one = leader();
    expect(types(one.take(unreachable))).toEqual(['startRetry']);
    one.wait(10_000);
    expect(one.take({ type: 'DeadlineExpired' })).toEqual([
      { type: 'standDown', because: 'not renewed for 10 s: unreachable' },
    ]);
    expect(types(one.take({ type: 'RetryExpired' }))).toEqual(['read']);
    one.take({ type: 'LeaseRead', lease: lease('me', '1') });
    expect(types(one.written(lease('me', '2')))).toContain('lead');
  });

  it.each([
    ['another holds the lease', lease('them', '2'), 'them holds the lease'],
    ['the lease was deleted', undefined, 'the lease was deleted'],
    ['the lease was given away', lease('', '2'), 'nobody holds the lease'],
  ])('stands down when it reads that %s', (_, found, because) => {
    const one = leader();
    one.take({ type: 'RetryExpired' });
    expect(types(one.take(conflict))).toEqual(['read']);
    expect(one.take({ type: 'LeaseRead', lease: found })).toContainEqual({ type: 'standDown', because });
    expect(one.leads()).toBe(false);
  });

  it('stays when somebody else only touched the lease', () => {
    const one = leader();
    one.take({ type: 'RetryExpired' });
    one.take(conflict);
    expect(types(one.take({ type: 'LeaseRead', lease: lease('me', '7') }))).toEqual(['claim']);
    expect(types(one.take(conflict))).toEqual(['startRetry']);
    expect(one.leads()).toBe(true);
  });

  it('that is stopped stands down first and then gives the lease back', () => {
    expect(leader().take({ type: 'Stopped' })).toMatchObject([
      { type: 'standDown', because: 'stopped' },
      { type: 'release', lease: { resourceVersion: '1' } },
    ]);
  });

  it('that is stopped while it renews gives back what it renewed', () => {
    const one = leader();
    one.take({ type: 'RetryExpired' });
    expect(types(one.take({ type: 'Stopped' }))).toEqual(['standDown']);
    expect(one.written(lease('me', '2'))).toMatchObject([
      { type: 'release', lease: { resourceVersion: '2' } },
    ]);
  });
});

describe('the object', () => {
  it('keeps what others wrote, counts transitions and carries the version it replaces', () => {
    const claim = { namespace: 'n', name: 'l', identity: 'me', durationMs: 15_000 };
    const wall = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
    const fresh = claimed(claim, undefined, wall);
    expect(fresh).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'n', name: 'l' },
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-02T03:04:05.006000Z',
        renewTime: '2026-01-02T03:04:05.006000Z',
        leaseTransitions: 0,
      },
    });
    const theirs = {
      ...fresh,
      metadata: { resourceVersion: '4', labels: { a: 'b' } },
      spec: { ...(fresh.spec as JsonObject), holderIdentity: 'them', strategy: 's' },
    };
    const taken = claimed(claim, readLease(theirs), wall + 1000);
    expect(taken).toMatchObject({
      metadata: { resourceVersion: '4', labels: { a: 'b' } },
      spec: {
        holderIdentity: 'me',
        leaseTransitions: 1,
        strategy: 's',
        acquireTime: '2026-01-02T03:04:06.006000Z',
      },
    });
    const renewed = claimed(claim, readLease(taken), wall + 2000);
    expect(renewed.spec).toMatchObject({
      leaseTransitions: 1,
      acquireTime: '2026-01-02T03:04:06.006000Z',
      renewTime: '2026-01-02T03:04:07.006000Z',
    });
  });
});
