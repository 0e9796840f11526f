import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOf } from '../index.ts';

const raw = (kind: string, spec: unknown, metadata: object = { name: 'one' }) => ({
  apiVersion: 'vipcast.io/v1alpha1',
  kind,
  metadata,
  spec,
});

const findingsOf = (object: unknown) => {
  const read = resourceOf(object);
  return read.ok ? [] : read.findings.map(({ code, field }) => `${code} ${field}`);
};

describe('a resource', () => {
  it('is read with its defaults', () => {
    const metadata = { name: 'gold', generation: 3, creationTimestamp: '2026-11-23T09:41:07Z', uid: 'x' };
    const read = resourceOf(
      raw(
        'BGPAdvertisement',
        { peers: ['tor1'], attributes: { communities: ['65535:65281', 'no-export'] } },
        metadata,
      ),
    );
    expect(read).toEqual({
      ok: true,
      resource: {
        kind: 'BGPAdvertisement',
        name: 'gold',
        generation: 3,
        createdAt: '2026-11-23T09:41:07Z',
        serviceSelector: null,
        namespaces: null,
        namespaceSelector: null,
        pools: null,
        nodeSelector: null,
        peers: ['tor1'],
        families: null,
        priority: 0,
        set: {
          communities: ['no-export'],
          extendedCommunities: [],
          largeCommunities: [],
          localPref: null,
          med: null,
          prepend: 0,
          nextHop: null,
        },
      },
    });
    expect(resourceOf(raw('VIPPool', { addresses: ['192.0.2.0/30'] }))).toMatchObject({
      resource: {
        addresses: [{ first: '192.0.2.0', last: '192.0.2.3' }],
        autoAssign: true,
        priority: 0,
        sharing: 'by-key',
      },
    });
  });

  it('has its password by reference, under a key that Secrets usually have', () => {
    const read = resourceOf(
      raw('BGPPeer', { address: '10.0.0.1', peerASN: 1, passwordSecret: { name: 'tor1' } }),
    );
    expect(read).toMatchObject({ resource: { passwordSecret: { name: 'tor1', key: 'password' } } });
  });

  it.each([
    [null, ['E_CONFIG_VALUE apiVersion']],
    ['text', ['E_CONFIG_VALUE apiVersion']],
    [{ ...raw('BGPPeer', {}), apiVersion: 'vipcast.io/v2' }, ['E_CONFIG_VALUE apiVersion']],
    [raw('BGPPeers', {}), ['E_CONFIG_VALUE kind']],
    [raw('BGPPeer', { peerASN: 1 }, {}), ['E_CONFIG_MISSING metadata.name']],
    [raw('BGPPeer', { peerASN: 1 }, { name: 'a.b' }), ['E_CONFIG_VALUE metadata.name']],
    [raw('BGPPeer', undefined), ['E_CONFIG_MISSING spec']],
    [raw('BGPPeer', 7), ['E_CONFIG_VALUE spec']],
    [
      raw('BGPPeer', { address: 'x', port: 0 }),
      ['E_CONFIG_VALUE spec.address', 'E_CONFIG_VALUE spec.port', 'E_CONFIG_MISSING spec.peerASN'],
    ],
    [raw('BGPPeer', { peerASn: 1, peerASN: 1 }), ['E_CONFIG_UNKNOWN_KEY spec.peerASn']],
    [raw('BGPPeer', { peerASN: 1, passwordSecret: 'hunter2' }), ['E_CONFIG_VALUE spec.passwordSecret']],
    [
      raw('VIPPool', { addresses: ['192.0.2.9-192.0.2.1'], namespaces: ['a'], namespaceSelector: {} }),
      ['E_CONFIG_VALUE spec.addresses[0]'],
    ],
    [
      raw('VIPPool', { addresses: ['192.0.2.0/24'], namespaces: ['a'], namespaceSelector: {} }),
      ['E_CONFIG_CONFLICT spec.namespaceSelector'],
    ],
    [
      raw('BGPAdvertisement', { families: ['ipv6-unicast'], attributes: { nextHop: '192.0.2.9' } }),
      ['E_CONFIG_CONFLICT spec.attributes.nextHop'],
    ],
    [
      raw('BGPAdvertisement', {
        attributes: { communities: Array.from({ length: 600 }, (_, i) => `1:${i}`) },
      }),
      ['E_CONFIG_CONFLICT spec.attributes'],
    ],
  ])('%#: every mistake is named by its field', (object, expected) => {
    expect(findingsOf(object).toSorted()).toEqual([...expected].toSorted());
  });

  it('says in a sentence what is wrong and what would do, and shows no pasted password', () => {
    const read = resourceOf(raw('BGPPeer', { address: '10.0.0.1', peerASN: 1, passwordSecret: 'hunter2' }));
    const [finding] = read.ok ? [] : read.findings;
    expect(finding?.message).toBe('spec.passwordSecret: found text; expected a mapping with name and key');
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('is read or refused, whatever it is', () => {
    const spec = fc.dictionary(
      fc.constantFrom(
        'address',
        'peerASN',
        'addresses',
        'nodeSelector',
        'attributes',
        'families',
        '__proto__',
      ),
      fc.jsonValue(),
    );
    const kind = fc.constantFrom('BGPPeer', 'BGPAdvertisement', 'VIPPool');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.tuple(kind, spec).map(([k, s]) => raw(k, s)),
        ),
        (object) => {
          const read = resourceOf(object);
          if (!read.ok) expect(read.findings.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
