import type { ServiceVerdict } from '@vipcast/vip/kubernetes';
import { describe, expect, it } from 'vitest';
import { portionsOf } from './portions.ts';

const about = { uid: '', addresses: ['192.0.2.1'], leftOut: [], advertisements: null, because: 'so it is' };
const on = (vip: string): ServiceVerdict => ({
  ...{ ...about, vip, object: `Service ${vip}` },
  advertised: true,
  reason: 'endpoints',
});
const off = (vip: string): ServiceVerdict => ({
  ...{ ...about, vip, object: `Service ${vip}` },
  advertised: false,
  reason: 'deleted',
  ended: true,
});
const names = (portions: readonly (readonly ServiceVerdict[])[]): string[] =>
  portions.map((portion) => portion.map(({ vip }) => vip).join(' '));

describe('portions of verdicts', () => {
  it('are none of none, and one as long as they fit', () => {
    expect(portionsOf([])).toEqual([]);
    expect(names(portionsOf([off('a'), on('b')], 2))).toEqual(['a b']);
  });

  it('begin with what is advertised, each kind as it came', () => {
    expect(names(portionsOf([off('a'), on('b'), off('c'), on('d'), on('e')], 2))).toEqual([
      'b d',
      'e a',
      'c',
    ]);
  });
});
