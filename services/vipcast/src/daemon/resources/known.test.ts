import { type Config, loadConfig, type ReadResource, resourceOf } from '@vipcast/config';
import { describe, expect, it } from 'vitest';
import { type Known, knownFrom, mergeKnown, mergeUnheard, wantsResources } from './known.ts';

const text = `
bgp: { localASN: 65000, holdTime: 9s }
peers: [{ name: tor1, address: 10.0.0.1, peerASN: 65001 }]
kubernetes: { enabled: true }`;
const loaded = loadConfig(text, { file: 'f', env: { hostName: 'n7' } });
const config = (loaded.ok ? loaded.config : undefined) as Config;

const peer = (name: string, spec: object, generation: number): ReadResource =>
  resourceOf({
    apiVersion: 'vipcast.io/v1alpha1',
    kind: 'BGPPeer',
    metadata: { name, generation, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { peerASN: 65002, ...spec },
  });
const heard = (...reads: readonly ReadResource[]) =>
  reads.map((read) => ({ uid: `uid-${read.ok ? read.resource.name : read.name}`, read }));
const merge = (before: Known | undefined, ...reads: readonly ReadResource[]) =>
  mergeKnown(config, knownFrom(before, heard(...reads), {}));
const addresses = (merged: ReturnType<typeof merge>) =>
  merged.config.peers.map(({ name, address }) => `${name} ${address}`);
const saying = ({ conditions }: ReturnType<typeof merge>) =>
  conditions.map(({ name, status, reason, observedGeneration }) =>
    [name, status, reason, observedGeneration].join(' '),
  );

describe('an edit of a resource', () => {
  const good = merge(undefined, peer('tor2', { address: '10.0.0.2' }, 1));

  it.each([
    ['is wrong in itself', { address: 'x' }, 'Invalid'],
    ['cannot work', { address: '10.0.0.2', keepaliveTime: '9s' }, 'Invalid'],
    ['takes what another has', { address: '10.0.0.1' }, 'AddressTaken'],
  ])('that %s changes nothing, and its condition is about the edit', (_, spec, reason) => {
    const merged = merge(good.known, peer('tor2', spec, 2));
    expect(merged.config).toEqual(good.config);
    expect(saying(merged)).toEqual([`tor2 False ${reason} 2`]);
    expect(merged.conditions[0]?.message).toMatch(/; the version before it stays$/);
    // Nor does the next look, or the next start.
    const kept = JSON.parse(JSON.stringify(merged.known)) as Known;
    expect(mergeKnown(config, kept)).toEqual(merged);
  });

  it('that is good takes its place, also after one that was not', () => {
    const bad = merge(good.known, peer('tor2', { address: 'x' }, 2));
    const merged = merge(bad.known, peer('tor2', { address: '10.0.0.3' }, 3));
    expect(addresses(merged)).toEqual(['tor1 10.0.0.1', 'tor2 10.0.0.3']);
    expect(saying(merged)).toEqual(['tor2 True Accepted 3']);
  });

  it('of one resource may take what a bad edit of another would have left', () => {
    const two = merge(
      good.known,
      peer('tor2', { address: '10.0.0.2' }, 1),
      peer('tor3', { address: '10.0.0.3' }, 1),
    );
    const merged = merge(
      two.known,
      peer('tor2', { address: '10.0.0.3' }, 2),
      peer('tor3', { address: '10.0.0.2' }, 2),
    );
    expect(addresses(merged)).toEqual(['tor1 10.0.0.1', 'tor2 10.0.0.3', 'tor3 10.0.0.2']);
  });
});

it('another object by the same name has no version before it', () => {
  const good = merge(undefined, peer('tor2', { address: '10.0.0.2' }, 1));
  const reborn = [{ uid: 'other', read: peer('tor2', { address: 'x' }, 1) }];
  const merged = mergeKnown(config, knownFrom(good.known, reborn, {}));
  expect(addresses(merged)).toEqual(['tor1 10.0.0.1']);
  expect(merged.conditions[0]?.message).not.toContain('before');
});

it('one that never took part is refused, and the older goes on', () => {
  const merged = merge(
    undefined,
    peer('a', { address: '10.0.0.2' }, 1),
    peer('b', { address: '10.0.0.2' }, 1),
  );
  expect(saying(merged)).toEqual(['a True Accepted 1', 'b False AddressTaken 1']);
});

it('before anything was heard no VIP of Kubernetes goes anywhere', () => {
  expect(mergeUnheard(config)).toEqual({ ...config, advertisements: [] });
  // What is out already stays out there.
  expect(mergeUnheard(config, { ...config, advertisements: null }).advertisements).toBeNull();
  expect(mergeUnheard(config, { ...config, advertisements: [] }).advertisements).toEqual([]);
  expect(wantsResources(config)).toBe(true);
  expect(wantsResources({ ...config, kubernetes: { ...config.kubernetes, resources: false } })).toBe(false);
});
