import type { ResourceCondition } from '@vipcast/config';
import { describe, expect, it } from 'vitest';
import { conditionToWrite, says, writtenOn } from './written-condition.ts';

const NOW = Date.parse('2026-11-23T09:41:07.123Z');
const wanted: ResourceCondition = {
  kind: 'BGPPeer',
  name: 'tor1',
  type: 'Accepted',
  status: 'False',
  reason: 'AddressTaken',
  message: 'm',
  observedGeneration: 2,
};
const object = (...conditions: readonly unknown[]) => ({ metadata: {}, status: { conditions } });

describe('a condition', () => {
  it('is read back as it was written', () => {
    const condition = conditionToWrite(wanted, null, NOW);
    expect(condition).toEqual({
      type: 'Accepted',
      status: 'False',
      reason: 'AddressTaken',
      message: 'm',
      observedGeneration: 2,
      lastTransitionTime: '2026-11-23T09:41:07Z',
    });
    const written = writtenOn(object({ type: 'Ready', status: 'True' }, condition));
    expect(says(written, wanted)).toBe(true);
    for (const other of [
      { status: 'True' },
      { reason: 'Invalid' },
      { message: '' },
      { observedGeneration: 3 },
    ])
      expect(says(written, { ...wanted, ...other } as ResourceCondition)).toBe(false);
    expect(says(null, wanted)).toBe(false);
  });

  it('keeps its time as long as its status stays', () => {
    const written = writtenOn(object(conditionToWrite(wanted, null, NOW)));
    const later = NOW + 3_600_000;
    expect(conditionToWrite({ ...wanted, reason: 'Overlaps' }, written, later)).toMatchObject({
      reason: 'Overlaps',
      lastTransitionTime: '2026-11-23T09:41:07Z',
    });
    expect(conditionToWrite({ ...wanted, status: 'True' }, written, later)).toMatchObject({
      lastTransitionTime: '2026-11-23T10:41:07Z',
    });
  });

  it.each([{}, { status: null }, { status: { conditions: 7 } }, object(null, 'x', { type: 'Ready' })])(
    '%j has none',
    (raw) => {
      expect(writtenOn({ metadata: {}, ...raw })).toBeNull();
    },
  );
});
