import type { Draft } from '@vipcast/events';
import { type Said, say } from './testing.ts';

/** For tests: a configuration as the log keeps it. */
export const configApplied = (node: string, peers: readonly string[]): Said =>
  say(
    'node.ConfigApplied',
    {
      file: '/etc/vipcast.yaml',
      digest: 'd',
      plan: peers.map((peer) => `peer ${peer} added`),
      config: {
        node,
        bgp: { localASN: 65000 },
        peers: peers.map((name) => ({
          name,
          address: '10.0.0.1',
          localASN: 65000,
          peerASN: 65001,
          families: ['ipv4-unicast', 'ipv6-unicast'],
        })),
      },
    },
    { node },
  );

/** For tests. */
export const established = (peer: string, node = 'n1'): Said =>
  say(
    'session.Established',
    {
      peer,
      connection: 'outgoing',
      negotiated: {
        localAddress: '10.0.0.7',
        remoteAddress: '10.0.0.1',
        localASN: 65000,
        peerASN: 65001,
        localRouterId: '10.0.0.7',
        peerRouterId: '10.0.0.1',
        holdTime: 9,
        keepaliveTime: 3,
        families: ['ipv4-unicast', 'ipv6-unicast'],
        fourOctetAs: true,
        routeRefresh: true,
        enhancedRouteRefresh: false,
        extendedMessage: false,
        extendedNextHop: [],
        peerHostName: '',
      },
    },
    { node },
  );

/** For tests. */
export const vip = (
  type: 'vip.Advertised' | 'vip.Withheld' | 'vip.Withdrawn',
  reason: string,
  addresses: string[],
  details: { readonly node?: string; readonly because?: number } = {},
): Said =>
  say(
    type,
    { vip: 'web', addresses, source: 'static', reason, because: 'as the test says' } as unknown as Draft<
      typeof type
    >['data'],
    details,
  );

/** For tests: the next hop of the session that the log ends with. */
export const resolved = (session: string, node = 'n1', because?: number): Said =>
  say(
    'nexthop.Resolved',
    {
      peer: 'tor1',
      family: 'ipv4-unicast',
      session,
      strategy: 'session',
      reason: 'session-address',
      because: "the session's local address",
      candidates: [{ address: '10.0.0.7', interface: 'eth0' }],
      nextHops: ['10.0.0.7'],
    },
    because === undefined ? { node } : { node, because },
  );

/** For tests. */
export const announced = (prefix: string, node = 'n1', because?: number): Said =>
  say(
    'route.Announced',
    {
      peer: 'tor1',
      family: 'ipv4-unicast',
      prefixes: [prefix],
      attributes: { origin: 'igp', asPath: [65000], nextHops: ['10.0.0.7'], communities: ['65000:100'] },
    },
    because === undefined ? { node } : { node, because },
  );

/** For tests: ids are `<at>-<node>-<index>`, see `write`. */
const idAt = (from: number, index: number): string => `${from + index}-n1-${index}`;

/** For tests: seven facts from a start to an UPDATE; all is well. */
export const allWell = (from: number): readonly Said[] => [
  say('node.Started', { version: '0.1.0', pid: 7, services: ['speaker'] }),
  configApplied('n1', ['tor1']),
  vip('vip.Advertised', 'configured', ['192.0.2.10'], { because: 1 }),
  say('session.StateChanged', {
    peer: 'tor1',
    from: 'OpenConfirm',
    to: 'Established',
    event: 'KeepAliveMsg',
  }),
  established('tor1'),
  resolved(idAt(from, 4), 'n1', 4),
  announced('192.0.2.10/32', 'n1', 5),
];

/** For tests: the hold timer ends the session. */
export const lost: Said = say('session.Closed', {
  peer: 'tor1',
  connection: 'outgoing',
  by: 'local',
  from: 'Established',
  notification: { code: 4, subcode: 0, name: 'Hold Timer Expired', text: '' },
  because: 'nothing heard for 9 s',
});
