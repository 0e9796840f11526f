import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, type HealthCheck, step, type VipSettings } from './index.ts';

const check = fc.record({ rise: fc.integer({ min: 1, max: 3 }), fall: fc.integer({ min: 1, max: 3 }) }).map(
  (counts): HealthCheck => ({
    kind: 'tcp',
    target: '127.0.0.1:1',
    interval: 1000,
    timeout: 500,
    ...counts,
  }),
);

describe('rise and fall', () => {
  it('decide as the last results in a row say', () => {
    fc.assert(
      fc.property(check, fc.array(fc.boolean(), { maxLength: 60 }), (healthCheck, results) => {
        const vip: VipSettings = { name: 'a', addresses: ['192.0.2.1'], healthCheck, bind: null };
        let { state } = step(emptyState(), { type: 'ConfigApplied', vips: [vip] });
        let healthy: boolean | undefined;
        results.forEach((result, i) => {
          const type = result ? 'ProbeSucceeded' : 'ProbeFailed';
          const stepped = step(state, { type, vip: 'a', detail: '' });
          state = stepped.state;
          const last = (count: number) => results.slice(Math.max(0, i + 1 - count), i + 1);
          const all = (count: number, value: boolean) =>
            last(count).length === count && last(count).every((each) => each === value);
          const before = healthy;
          if (all(healthCheck.rise, true)) healthy = true;
          if (all(healthCheck.fall, false)) healthy = false;
          const expected =
            healthy === before ? [] : [healthy ? 'Advertised' : before ? 'Withdrawn' : 'Withheld'];
          expect(stepped.conclusions.map((conclusion) => conclusion.type)).toEqual(expected);
        });
      }),
    );
  });
});

describe('ten thousand VIPs', () => {
  const many = Array.from(
    { length: 10_000 },
    (_, i): VipSettings => ({
      name: `vip-${i}`,
      addresses: [`10.0.${i >> 8}.${i & 255}`],
      healthCheck: {
        kind: 'tcp',
        target: '127.0.0.1:1',
        interval: 1000,
        timeout: 500,
        rise: 1,
        fall: 1,
      },
      bind: null,
    }),
  );

  it('can all fail within a second', () => {
    let { state } = step(emptyState(), { type: 'ConfigApplied', vips: many });
    for (const { name } of many) state = step(state, { type: 'ProbeSucceeded', vip: name, detail: '' }).state;
    let withdrawn = 0;
    const began = performance.now();
    for (const { name } of many) {
      const stepped = step(state, { type: 'ProbeFailed', vip: name, detail: '' });
      state = stepped.state;
      withdrawn += stepped.conclusions.length;
    }
    expect(withdrawn).toBe(many.length);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
