import { resourceOf } from '@vipcast/config';
import type { Clock } from '@vipcast/kubernetes';
import { createLogger } from '@vipcast/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Known, knownFrom } from './known.ts';
import { createListBrake, type ListBrake } from './list-brake.ts';
import type { Seen } from './view.ts';

const peer = (name: string, uid = `uid-${name}`) => {
  const read = resourceOf({
    apiVersion: 'vipcast.io/v1alpha1',
    kind: 'BGPPeer',
    metadata: { name },
    spec: { address: '10.0.0.1', peerASN: 65002 },
  });
  return { uid, read, written: null };
};
const knownOf = (...names: readonly string[]): Known => ({
  labels: {},
  resources: names.map((name) => {
    const { uid, read } = peer(name);
    return { uid, read, taken: read.ok ? read.resource : null };
  }),
});
const NOTHING: Seen = { resources: [], labels: {}, deleted: new Set(), absent: new Set(), first: false };
const seen = (names: readonly string[], more: Partial<Seen> = {}): Seen => ({
  ...NOTHING,
  resources: names.map((name) => peer(name)),
  ...more,
});

let now: number;
let asked: number;
let waiting: { at: number; run: () => void } | undefined;
let brake: ListBrake;
let known: Known;
/** What this node has sessions with. */
let used: readonly string[];
/** Takes in what was seen, as resources do, and answers with those that stay. */
const see = (what: Seen): readonly string[] => {
  const kept = brake.keep(known, (name) => used.includes(name), what);
  known = knownFrom(known, [...what.resources, ...kept], {});
  return kept.map(({ uid }) => uid.slice('uid-'.length));
};
/** Lets the time come at which a list is asked for, if one is; answers how long that took. */
const pass = (): number | undefined => {
  const ms = waiting && waiting.at - now;
  now = waiting?.at ?? now;
  waiting?.run();
  return ms;
};
const ALL = ['a', 'b', 'c', 'd'];

beforeEach(() => {
  [now, asked, waiting, known, used] = [1000, 0, undefined, knownOf(...ALL), ALL];
  const clock: Clock = {
    wall: () => now,
    monotonic: () => now,
    random: () => 0.5,
    after: (ms, run) => {
      const entry = { at: now + ms, run };
      waiting = entry;
      return () => {
        if (waiting === entry) waiting = undefined;
      };
    },
  };
  brake = createListBrake({
    kind: 'BGPPeer',
    clock,
    logger: createLogger('silent'),
    relist: () => void asked++,
  });
});

describe('peers that a list no longer shows', () => {
  it('stay, and the reason is said', () => {
    expect(see(seen([]))).toEqual(ALL);
    expect(brake.held()).toEqual({
      since: 1000,
      because:
        'the API server no longer lists 4 of 4 BGPPeers, and nobody was seen to delete them: a, b, c, d',
    });
  });

  it('go when three more lists, 30 s apart, say the same', () => {
    see(seen([]));
    for (const list of [1, 2, 3]) {
      expect(see(seen([]))).toEqual(ALL);
      expect(pass()).toBe(30_000);
      expect(asked).toBe(list);
      expect(see(seen([], { first: true }))).toEqual(list === 3 ? [] : ALL);
    }
    expect([brake.held(), pass(), known.resources]).toEqual([undefined, undefined, []]);
  });

  it('are held no more when they are seen again, by another uid too, and counting begins anew', () => {
    see(seen([]));
    pass();
    see(seen([], { first: true }));
    expect(see({ ...NOTHING, resources: ALL.map((name) => peer(name, `new-${name}`)) })).toEqual([]);
    expect(brake.held()).toBeUndefined();
    const again = brake.keep(knownOf(...ALL), () => true, seen([]));
    expect(again).toHaveLength(4);
    for (const _ of [1, 2]) brake.keep(knownOf(...ALL), () => true, seen([], { first: true }));
    expect(brake.held()).toBeDefined();
  });

  it('and come back one by one do not release the others', () => {
    see(seen([]));
    expect(see(seen(['a']))).toEqual(['b', 'c', 'd']);
    expect(see(seen(['a', 'b', 'c']))).toEqual(['d']);
  });

  it('go with their kind, of which there were several words already', () => {
    expect(see(seen([], { absent: new Set(['BGPPeer']) }))).toEqual([]);
  });

  it('go when a watch told of it, and the others are judged without them', () => {
    expect(see(seen([], { deleted: new Set(ALL.map((name) => `uid-${name}`)) }))).toEqual([]);
    expect(brake.held()).toBeUndefined();
  });
});

it.each([
  [ALL, ['a', 'b'], 0],
  [ALL, ['a'], 3],
  [['a'], [], 1],
  [['a', 'b'], ['a'], 0],
  [['a', 'b'], [], 2],
  // What this node has no session with does not matter to it.
  [['a', 'b'], ['a', 'b'], 0],
  [[], [], 0],
])('of the peers %j that are used a list has %j: %i are held', (with_, list, held) => {
  used = with_;
  expect(see(seen(list))).toHaveLength(held);
});

it('keeps the only advertisement, without which every VIP would go to every peer', () => {
  const read = resourceOf({
    apiVersion: 'vipcast.io/v1alpha1',
    kind: 'BGPAdvertisement',
    metadata: { name: 'inside' },
    spec: { peers: ['tor1'] },
  });
  const only = { uid: 'uid-inside', read, taken: read.ok ? read.resource : null };
  const clock: Clock = { wall: () => 0, monotonic: () => 0, random: () => 0.5, after: () => () => undefined };
  const keeping = createListBrake({
    kind: 'BGPAdvertisement',
    clock,
    logger: createLogger('silent'),
    relist: () => undefined,
  });
  const kept = keeping.keep({ labels: {}, resources: [only] }, () => true, NOTHING);
  expect(kept).toEqual([only]);
  expect(keeping.held()?.because).toContain(
    '1 of 1 BGPAdvertisements, and nobody was seen to delete them: inside',
  );
});
