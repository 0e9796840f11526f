import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imported, resourcesOf } from './samples.ts';

describe('any manifest', () => {
  it('becomes resources that are accepted, without passwords', () => {
    const value = fc.oneof(
      fc.constantFrom(
        '10.0.0.1',
        'fd00::1',
        'x',
        '',
        '90s',
        '1m',
        'large:1:2:3',
        'internal',
        true,
        false,
        0,
        64501,
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const key = fc.constantFrom(
      ...(
        'myASN peerASN dynamicASN peerAddress sourceAddress peerPort holdTime keepaliveTime nodeSelectors passwordSecret ' +
        'ebgpMultiHop addresses autoAssign serviceAllocation communities ipAddressPools ipAddressPoolSelectors peers ' +
        'localPref aggregationLength'
      ).split(' '),
    );
    const kind = fc.constantFrom('BGPPeer', 'BGPAdvertisement', 'IPAddressPool', 'Community', 'BFDProfile');
    const one = fc.record({
      apiVersion: fc.constant('metallb.io/v1beta1'),
      kind,
      metadata: fc.record({ name: fc.oneof(fc.constantFrom('a', 'b.c'), fc.string()) }),
      spec: fc.dictionary(key, value).map((spec) => ({ ...spec, password: 'hunter2' })),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), (items) => {
        const result = imported(JSON.stringify({ kind: 'List', items }));
        resourcesOf(result.yaml);
        expect(JSON.stringify(result)).not.toContain('hunter2');
      }),
      { numRuns: 300 },
    );
  });

  it('may be any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(resourcesOf(imported(text).yaml)).toEqual([]);
      }),
    );
  });
});
