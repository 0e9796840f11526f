import type { Draft, RecordedFact } from '@vipcast/events';
import { describe, expect, it } from 'vitest';
import { replayRoutes } from './routes.ts';

const BEGIN = 1_790_000_000_000;
const ATTRIBUTES = { origin: 'igp', asPath: [65_000], nextHops: ['10.0.0.7'] };
const ONE = '192.0.2.1/32';
const shape = { peer: 'tor1', family: 'ipv4-unicast' as const };

const configured: Draft = {
  type: 'node.ConfigApplied',
  of: 'n1',
  data: { file: '', digest: '', plan: [], config: { policy: [] } },
};
const vip = (type: 'vip.Advertised' | 'vip.Withheld', addresses: string[]): Draft =>
  ({
    type,
    of: 'web',
    data: { vip: 'web', addresses, source: 'static', reason: 'unhealthy', because: '' },
  }) as Draft;
const established: Draft = {
  type: 'session.Established',
  of: 'tor1',
  data: {
    peer: 'tor1',
    connection: 'outgoing',
    negotiated: {
      localAddress: '10.0.0.7',
      remoteAddress: '10.0.0.1',
      localASN: 65_000,
      peerASN: 65_001,
      localRouterId: '10.0.0.7',
      peerRouterId: '10.0.0.1',
      holdTime: 9,
      keepaliveTime: 3,
      families: ['ipv4-unicast'],
      fourOctetAs: true,
      routeRefresh: true,
      enhancedRouteRefresh: false,
      extendedMessage: false,
      extendedNextHop: [],
      peerHostName: '',
    },
  },
};
const resolved = (session: string): Draft => ({
  type: 'nexthop.Resolved',
  of: 'tor1',
  data: { ...shape, session, strategy: '', reason: '', because: '', candidates: [], nextHops: ['10.0.0.7'] },
});
const down: Draft = {
  type: 'session.StateChanged',
  of: 'tor1',
  data: { peer: 'tor1', from: 'Established', to: 'Idle', event: 'TcpConnectionFails' },
};
const told = (prefix = ONE, nextHop = '10.0.0.7'): Draft => ({
  type: 'route.Announced',
  of: 'tor1',
  data: { ...shape, prefixes: [prefix], attributes: { ...ATTRIBUTES, nextHops: [nextHop] } },
});
const tookBack: Draft = { type: 'route.Withdrawn', of: 'tor1', data: { ...shape, prefixes: [ONE] } };
const refused: Draft = {
  type: 'route.Refused',
  of: 'tor1',
  data: {
    peer: 'tor1',
    family: 'ipv6-unicast',
    prefixes: ['2001:db8::1/128'],
    reason: 'family-not-negotiated',
    detail: 'ipv6-unicast',
  },
};

const isSession = (draft: Draft): boolean => draft.type.startsWith('session.');

/** Replays drafts as facts, a millisecond apart, and asks `later` milliseconds after the last. */
const outcomeOf = (drafts: readonly Draft[], later = 2000) => {
  const replay = replayRoutes();
  for (const [i, draft] of drafts.entries()) {
    const aggregate = draft.type.slice(0, draft.type.indexOf('.'));
    replay.take({
      ...draft,
      id: `${draft.type}-${i}`,
      at: BEGIN + i,
      position: i + 1,
      epoch: 1,
      subject: `vipcast.test.n1.${aggregate}.${isSession(draft) ? 'tor1' : 'x'}`,
    } as unknown as RecordedFact);
  }
  const [outcome] = replay.outcomes(BEGIN + drafts.length + later);
  return outcome!;
};

const up = [configured, established, resolved('session.Established-1')];

describe('statements about routes', () => {
  it('are due when there is a VIP, a session and its next hop', () => {
    const outcome = outcomeOf([...up, vip('vip.Advertised', ['192.0.2.1', '2001:db8::1']), told(), refused]);
    expect(outcome).toMatchObject({ justified: 2, unjustified: undefined, unsaid: [] });
    expect([...outcome.told.keys()]).toEqual([ONE, '2001:db8::1/128']);
  });

  it.each<[string, readonly Draft[]]>([
    ['no VIP asks for them', [...up, told()]],
    ['the next hop is another one', [...up, vip('vip.Advertised', ['192.0.2.1']), told(ONE, '10.0.0.8')]],
    ['the prefix is another one', [...up, vip('vip.Advertised', ['192.0.2.1']), told('192.0.2.2/32')]],
    [
      'the next hop was that of an earlier session',
      [configured, established, resolved('another'), vip('vip.Advertised', ['192.0.2.1']), told()],
    ],
    [
      'the VIP stays and its route is taken back',
      [...up, vip('vip.Advertised', ['192.0.2.1']), told(), tookBack],
    ],
    [
      'they are taken back twice',
      [
        ...up,
        vip('vip.Advertised', ['192.0.2.1']),
        told(),
        vip('vip.Withheld', ['192.0.2.1']),
        tookBack,
        tookBack,
      ],
    ],
  ])('are not when %s', (_, drafts) => {
    const { unjustified } = outcomeOf(drafts);
    expect(unjustified?.fact.position).toBe(drafts.length);
  });

  it('may be made again, as a refresh asks for', () => {
    const outcome = outcomeOf([...up, vip('vip.Advertised', ['192.0.2.1']), told(), told()]);
    expect(outcome).toMatchObject({ justified: 2, unjustified: undefined });
  });

  it('may spare a slow peer what came and went', () => {
    const flaps = Array.from({ length: 5 }, () => [
      vip('vip.Withheld', ['192.0.2.1']),
      vip('vip.Advertised', ['192.0.2.1']),
    ]).flat();
    const outcome = outcomeOf([...up, vip('vip.Advertised', ['192.0.2.1']), told(), ...flaps]);
    expect(outcome).toMatchObject({ justified: 1, unjustified: undefined, unsaid: [] });
  });

  it('may be late by a second, and then are missed', () => {
    const drafts = [...up, vip('vip.Advertised', ['192.0.2.1'])];
    expect(outcomeOf(drafts, 900).unsaid).toEqual([]);
    expect(outcomeOf(drafts, 1100).unsaid).toEqual([ONE]);
    expect(outcomeOf([...drafts, told(), vip('vip.Withheld', ['192.0.2.1'])]).unsaid).toEqual([ONE]);
    expect(outcomeOf([...drafts, vip('vip.Withheld', ['192.0.2.1'])]).unsaid).toEqual([]);
    expect(outcomeOf([...drafts, down]).unsaid).toEqual([]);
  });

  it('may be written a moment after the end of their session', () => {
    const outcome = outcomeOf([...up, vip('vip.Advertised', ['192.0.2.1']), down, told()]);
    expect(outcome).toMatchObject({ justified: 1, unjustified: undefined });
    expect(outcome.told.size).toBe(0);
  });
});
