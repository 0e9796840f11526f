import { emptyServices, serviceOf, serviceSettings, stepServices } from '@vipcast/vip/kubernetes';
import { describe, expect, it } from 'vitest';
import { inputOfHeard } from './intake.ts';

const service = (name: string) => {
  const read = serviceOf({ metadata: { namespace: 'default', name } });
  if ('because' in read) throw new Error(read.because);
  return { key: `default/${name}`, value: read.value };
};
const [a, b] = [service('a'), service('b')];
const nothing = emptyServices(serviceSettings('n7'));
const listed = stepServices(nothing, [
  { type: 'ServicesChanged', told: 'list', set: [a.value, b.value], deleted: [] },
  { type: 'Listed' },
]).state;

describe('what was heard', () => {
  it('first is a list; again it is a relist, and what it lacks is no more', () => {
    const heard = { kind: 'services', batch: { cause: 'list', set: [a], deleted: [] } } as const;
    expect(inputOfHeard(heard, nothing)).toMatchObject({ told: 'list', deleted: [] });
    expect(inputOfHeard(heard, listed)).toEqual({
      type: 'ServicesChanged',
      told: 'relist',
      set: [a.value],
      deleted: ['default/b'],
    });
  });

  it('of an object that took the place of another of its name is that it is there', () => {
    const heard = {
      kind: 'services',
      batch: { cause: 'watch', set: [a], deleted: ['default/a', 'default/b'] },
    } as const;
    expect(inputOfHeard(heard, listed)).toMatchObject({
      told: 'watch',
      set: [a.value],
      deleted: ['default/b'],
    });
  });

  it('of the Node is that it is there, or not', () => {
    const node = { name: 'n7', excluded: false, networkUnavailable: false, cordoned: false, taints: [] };
    const heard = (set: readonly { key: string; value: typeof node }[], deleted: readonly string[]) =>
      inputOfHeard({ kind: 'node', batch: { cause: 'watch', set, deleted } }, listed);
    expect(heard([{ key: 'n7', value: node }], ['n7'])).toEqual({ type: 'NodeChanged', told: 'watch', node });
    expect(heard([], ['n7'])).toEqual({ type: 'NodeChanged', told: 'watch', node: null });
  });
});
