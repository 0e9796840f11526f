import { describe, expect, it } from 'vitest';
import { describeStep, type Fault, scheduleOf } from './schedule.ts';

const MINUTE = 60_000;

describe('a schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(7, MINUTE)).toEqual(scheduleOf(7, MINUTE));
    expect(scheduleOf(8, MINUTE)).not.toEqual(scheduleOf(7, MINUTE));
  });

  it('begins as a longer one does', () => {
    const short = scheduleOf(7, MINUTE);
    expect(scheduleOf(7, 10 * MINUTE).slice(0, short.length)).toEqual(short);
  });

  it('has everything in it before long, and about one step a second', () => {
    const steps = scheduleOf(1, 10 * MINUTE);
    const faults: readonly Fault[] = [
      ...(['kill-server', 'freeze-server', 'cut-server', 'kill-leader'] as const),
      ...(['kill-node', 'freeze-node', 'cut-node', 'isolate-node'] as const),
      ...(['fail-probe', 'edit-config', 'restart-router', 'announce', 'withdraw'] as const),
    ];
    expect(new Set(steps.map(({ fault }) => fault))).toEqual(new Set(faults));
    expect(steps.length).toBeGreaterThan(400);
  });

  it('never does two things to one process at once', () => {
    const last = new Map<string, number>();
    for (const { at, lasts, fault, on } of scheduleOf(3, 60 * MINUTE)) {
      if (!/^(kill|freeze|restart)/.test(fault)) continue;
      for (const name of on === 'stream' ? ['a', 'b', 'c'] : [on]) {
        expect(at).toBeGreaterThan(last.get(name) ?? 0);
        last.set(name, at + lasts);
      }
    }
  });

  it('withdraws only what was announced', () => {
    const announced = new Set<string>();
    for (const step of scheduleOf(5, 60 * MINUTE)) {
      if (step.fault === 'announce') announced.add(step.address);
      if (step.fault === 'withdraw') expect(announced.delete(step.address)).toBe(true);
    }
  });

  it('can be read', () => {
    expect(describeStep({ at: 12_340, lasts: 4200, fault: 'kill-node', on: 'n1' })).toBe(
      '   12.3 s  kill-node n1 for 4.2 s',
    );
    expect(describeStep({ at: 0, lasts: 0, fault: 'announce', on: 'n2', address: '198.51.100.20' })).toBe(
      '    0.0 s  announce 198.51.100.20 on n2',
    );
  });
});
