import type { Facts, RecordedFact } from '@vipcast/events';
import { describe, expect, it } from 'vitest';
import { createStanding, type Standing, takeFact } from './standing.ts';

const fact = <Type extends keyof Facts>(type: Type, data: object, epoch = 1): RecordedFact =>
  ({ type, data, epoch }) as unknown as RecordedFact;
const started = (...services: string[]) => fact('node.Started', { services });
const established = (peer: string, epoch = 1) => fact('session.Established', { peer }, epoch);
const closed = (peer: string, from: string, epoch = 1) => fact('session.Closed', { peer, from }, epoch);
const after = (...facts: readonly RecordedFact[]): Standing => {
  const standing = createStanding();
  for (const each of facts) takeFact(standing, each);
  return standing;
};
const up = (...facts: readonly RecordedFact[]): readonly string[] => [...after(...facts).established].sort();

describe('the standing of a node', () => {
  it('counts sessions that are Established', () => {
    expect(up(established('a'), established('b'))).toEqual(['a', 'b']);
    expect(up(established('a'), established('b'), closed('a', 'Established'))).toEqual(['b']);
  });

  it('keeps a session while another connection of its peer ends', () => {
    expect(up(established('a'), closed('a', 'OpenConfirm'))).toEqual(['a']);
  });

  it('forgets the sessions of a speaker that is over', () => {
    expect(up(established('a'), started('speaker'))).toEqual([]);
    expect(up(established('a'), fact('session.StateChanged', { peer: 'b' }, 2))).toEqual([]);
    expect(up(established('a'), established('b', 2), established('c', 1))).toEqual(['b']);
    expect(up(established('a', 2), closed('a', 'Established', 1))).toEqual(['a']);
  });

  it('keeps them when another service starts', () => {
    expect(up(established('a'), started('looking-glass'))).toEqual(['a']);
  });

  it('follows the configuration', () => {
    const applied = (config: object) => fact('node.ConfigApplied', { config });
    const on = applied({ peers: [{ name: 'a' }], lookingGlass: { listen: '[::1]:1' } });
    expect(after(on)).toMatchObject({ peers: ['a'], listen: '[::1]:1' });
    expect(after(on, applied({ peers: [], lookingGlass: null }))).toMatchObject({ peers: [], listen: null });
  });
});
