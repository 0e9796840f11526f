import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelSelector, selects } from './label-selector.ts';

const labels = { rack: 'r7', 'topology.kubernetes.io/zone': 'a', spare: '' };

describe('a selector', () => {
  it.each([
    [null, true],
    [{}, true],
    [{ matchLabels: { rack: 'r7' } }, true],
    [{ matchLabels: { rack: 'r7', 'topology.kubernetes.io/zone': 'a' } }, true],
    [{ matchLabels: { rack: 'r8' } }, false],
    [{ matchLabels: { rack: 'r7', gpu: '' } }, false],
    [{ matchLabels: { spare: '' } }, true],
    [{ matchLabels: { constructor: '' } }, false],
    [{ matchExpressions: [{ key: 'rack', operator: 'In', values: ['r6', 'r7'] }] }, true],
    [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: [''] }] }, false],
    [{ matchExpressions: [{ key: 'rack', operator: 'NotIn', values: ['r7'] }] }, false],
    // As the API server has it, NotIn holds for what has no such label.
    [{ matchExpressions: [{ key: 'gpu', operator: 'NotIn', values: ['r7'] }] }, true],
    [{ matchExpressions: [{ key: 'spare', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'rack', operator: 'DoesNotExist' }] }, false],
    [{ matchLabels: { rack: 'r7' }, matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }, false],
  ] as const)('%j: %s', (selector, expected) => {
    expect(labelSelector.nullable().safeParse(selector).success).toBe(true);
    expect(selects(selector as Parameters<typeof selects>[0], labels)).toBe(expected);
  });

  it.each([
    [{ matchLabels: { 'two words': 'a' } }],
    [{ matchLabels: { rack: 'a/b' } }],
    [{ matchLabels: { 'a/b/c': 'a' } }],
    [{ matchLabels: ['rack'] }],
    [{ matchExpressions: [{ key: 'rack', operator: 'In' }] }],
    [{ matchExpressions: [{ key: 'rack', operator: 'In', values: [] }] }],
    [{ matchExpressions: [{ key: 'rack', operator: 'Exists', values: ['a'] }] }],
    [{ matchExpressions: [{ key: 'rack', operator: 'Gt', values: ['1'] }] }],
    [{ matchlabels: {} }],
  ])('refuses %j', (selector) => {
    expect(labelSelector.safeParse(selector).success).toBe(false);
  });

  it('and its opposite divide all labels between them', () => {
    const key = fc.constantFrom('a', 'b');
    const values = fc.array(fc.constantFrom('', 'x', 'y'), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(fc.dictionary(key, fc.constantFrom('', 'x', 'y')), key, values, (of, about, among) => {
        const says = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist') =>
          selects({ matchExpressions: [{ key: about, operator, values: among }] }, of);
        expect(says('In')).not.toBe(says('NotIn'));
        expect(says('Exists')).not.toBe(says('DoesNotExist'));
        if (says('In')) expect(says('Exists')).toBe(true);
      }),
    );
  });
});
