import { describe, expect, it } from 'vitest';
import { emptyState, type Input, type RestoredVip, step } from './index.ts';
import type { ServiceVerdict } from './kubernetes/index.ts';
import { announce, config, start, told, web, withdraw } from './scenario.ts';

const about = {
  vip: 'default/web',
  object: 'Service default/web',
  uid: 'u1',
  addresses: ['192.0.2.10', '192.0.2.20'],
  leftOut: [],
  advertisements: ['all'],
};
const served: ServiceVerdict = { ...about, advertised: true, reason: 'endpoints', because: 'one is ready' };
const bare: ServiceVerdict = {
  ...about,
  advertised: false,
  ended: false,
  reason: 'no-endpoints',
  because: 'it has no endpoints',
};
const gone: ServiceVerdict = { ...bare, ended: true, reason: 'deleted', because: 'it is no more' };
const judged = (...verdicts: ServiceVerdict[]): Input => ({ type: 'ServicesJudged', verdicts });
const synced: Input = { type: 'ServicesSynced' };
const restored: readonly RestoredVip[] = [
  {
    name: 'default/web',
    addresses: about.addresses,
    source: 'kubernetes',
    advertised: true,
    reason: 'endpoints',
    because: 'one is ready',
    object: 'Service default/web',
    advertisements: ['all'],
  },
];
const before: Input = { type: 'Restored', vips: restored };

describe('a Service', () => {
  it('is advertised with what it comes from, and withdrawn with the reason', () => {
    const left = { address: '2001:db8::1', reason: 'no-endpoints-of-family', because: 'none' } as const;
    expect(step(emptyState(), judged({ ...served, leftOut: [left] })).conclusions).toEqual([
      {
        type: 'Advertised',
        vip: 'default/web',
        addresses: about.addresses,
        source: 'kubernetes',
        object: 'Service default/web',
        advertisements: ['all'],
        leftOut: [left],
        reason: 'endpoints',
        because: 'one is ready',
      },
    ]);
    const state = start(judged(served));
    expect(told(state, judged(served))).toEqual([]);
    expect(told(state, judged(bare))).toEqual(['Withdrawn default/web no-endpoints']);
    expect(told(state, judged(gone))).toEqual(['Withdrawn default/web deleted']);
    expect(told(start(judged(bare)), judged(gone))).toEqual(['Withheld default/web deleted']);
    expect(told(emptyState(), judged(gone))).toEqual([]);
  });

  it('says so when its advertisements change', () => {
    const state = start(judged(served));
    expect(told(state, judged({ ...served, advertisements: [] }))).toEqual([
      'Advertised default/web endpoints',
    ]);
    expect(told(state, judged({ ...served, advertisements: null }))).toEqual([
      'Advertised default/web endpoints',
    ]);
  });

  it('says so when another address is left out, or for another reason', () => {
    const left = { address: '2001:db8::1', reason: 'no-endpoints-of-family', because: 'none' } as const;
    const state = start(judged({ ...served, leftOut: [left] }));
    const other = { ...left, reason: 'address-conflict', because: 'taken' } as const;
    expect(told(state, judged(served))).toEqual(['Advertised default/web endpoints']);
    expect(told(state, judged({ ...served, leftOut: [other] }))).toEqual([
      'Advertised default/web endpoints',
    ]);
    expect(told(state, judged({ ...served, leftOut: [{ ...left, because: 'still none' }] }))).toEqual([]);
  });

  it('obeys the operator until it is deleted', () => {
    const state = start(judged(served), withdraw('192.0.2.10'));
    expect(told(start(judged(served)), withdraw('192.0.2.10'))).toEqual([
      'Withdrawn default/web operator-withdrew',
    ]);
    expect(told(state, judged({ ...served, reason: 'terminating-endpoints' }))).toEqual([]);
    expect(told(state, announce('192.0.2.20'))).toEqual(['Advertised default/web endpoints']);
    expect(told(start(judged(served)), announce('192.0.2.10'))).toEqual([
      'Refused: 192.0.2.10 belongs to Service default/web, which no operator withdrew',
    ]);
    expect(told(step(state, judged(gone)).state, judged(served))).toEqual([
      'Advertised default/web endpoints',
    ]);
  });

  it('drains like everything else', () => {
    const drain: Input = { type: 'OperatorDrain', by: 'alice' };
    const state = start(judged(served), drain);
    expect(told(state, judged(bare))).toEqual(['Withdrawn default/web no-endpoints']);
    expect(told(state, { type: 'TimerExpired', timer: 'drain' })[0]).toBe('Withdrawn default/web drained');
    expect(told(start(drain), judged(served))).toEqual(['Withheld default/web drained']);
  });
});

describe('an address of the configuration or an operator', () => {
  const taken = { ...web, addresses: ['192.0.2.10'] };

  it('is left to them, and taken over when they go', () => {
    const state = start(config(taken), judged(served));
    expect(step(start(config(taken)), judged(served)).conclusions).toMatchObject([
      {
        type: 'Advertised',
        addresses: ['192.0.2.20'],
        leftOut: [
          {
            address: '192.0.2.10',
            reason: 'address-conflict',
            because: '192.0.2.10 belongs to the configured VIP web',
          },
        ],
      },
    ]);
    expect(step(state, config()).conclusions).toMatchObject([
      { type: 'Withdrawn', vip: 'web' },
      { type: 'Advertised', vip: 'default/web', addresses: about.addresses },
    ]);
  });

  it('leaves a Service nothing when it was the only one', () => {
    const only = judged({ ...served, addresses: ['192.0.2.10'] });
    expect(told(start(config(taken)), only)).toEqual(['Withheld default/web address-conflict']);
    expect(told(start(only), config(taken))).toEqual([
      'Advertised web configured',
      'Withdrawn default/web address-conflict',
    ]);
    expect(told(start(announce('192.0.2.10')), only)).toEqual(['Withheld default/web address-conflict']);
    expect(told(start(announce('192.0.2.10'), only), withdraw('192.0.2.10'))).toEqual([
      'Withdrawn 192.0.2.10 operator-withdrew',
      'Withheld default/web operator-withdrew',
    ]);
  });
});

describe('after a restart', () => {
  it('a Service stays as it was until the cluster is heard', () => {
    const state = start(before, config());
    expect(told(start(before), config())).toEqual([]);
    expect(told(state, judged(served))).toEqual([]);
    expect(told(step(state, judged(served)).state, synced)).toEqual([]);
    expect(told(state, judged(bare))).toEqual(['Withdrawn default/web no-endpoints']);
    expect(told(state, synced)).toEqual(['Withdrawn default/web deleted']);
  });

  it('one that was held stays so while nobody says otherwise', () => {
    const held = { ...served, reason: 'held' as const, because: 'held' };
    const state = start(before, judged(held), synced);
    expect(told(start(before), judged(held))).toEqual(['Advertised default/web held']);
    expect(told(state, synced)).toEqual([]);
  });

  it('one that a drain hid waits for the cluster', () => {
    const state = start({
      type: 'Restored',
      vips: [
        {
          name: 'default/web',
          addresses: about.addresses,
          source: 'kubernetes',
          advertised: false,
          reason: 'drained',
          because: 'alice drained the node',
        },
      ],
      drain: { phase: 'drained', wishes: [{ source: 'operator', because: 'alice drained the node' }] },
    });
    const undrained = step(state, { type: 'OperatorUndrain', by: 'alice' });
    expect(undrained.conclusions).toMatchObject([{ type: 'Undrained' }, { reason: 'not-synced' }]);
    expect(told(undrained.state, judged(served))).toEqual(['Advertised default/web endpoints']);
  });

  it('is judged no conflict before the configuration is there', () => {
    const { addresses } = about;
    const configured: RestoredVip = {
      name: 'web',
      addresses,
      source: 'static',
      advertised: true,
      reason: 'configured',
      because: 'configured without a health check',
    };
    const both: Input = { type: 'Restored', vips: [configured, ...restored] };
    expect(told(emptyState(), both)).toEqual([]);
    expect(told(start(both), config({ ...web, addresses: ['192.0.2.77'] }))).toEqual([
      'Advertised web configured',
    ]);
  });

  it('a configuration without Kubernetes ends them all', () => {
    const without: Input = { type: 'ConfigApplied', vips: [], services: false };
    expect(told(start(before), without)).toEqual(['Withdrawn default/web removed-from-config']);
  });
});
