import { fact, type Given, type Told } from './given.ts';

/** For tests: a node with one dual-stack session and one VIP, from its start to the UPDATEs. */
export const config = (peers: readonly object[], told: Told = {}): Given =>
  fact(
    'node.ConfigApplied',
    {
      file: '/etc/vipcast.yaml',
      digest: 'd',
      plan: ['peer tor1 added'],
      config: { bgp: { localASN: 65000 }, peers },
    },
    told,
  );

/** For tests: the configuration of one peer. */
export const tor1 = {
  name: 'tor1',
  address: '10.0.0.1',
  localASN: 65000,
  peerASN: 65001,
  families: ['ipv4-unicast', 'ipv6-unicast'],
};

/** For tests. */
export const started = (told: Told = {}): Given =>
  fact('node.Started', { version: '0.1.0', pid: 7, services: ['vip-watcher', 'speaker'] }, told);

/** For tests: `tor1` comes up; `id` names the session. */
export const up = (peer = 'tor1', told: Told = {}, families = ['ipv4-unicast', 'ipv6-unicast']): Given =>
  fact(
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
        families: families as 'ipv4-unicast'[],
        fourOctetAs: true,
        routeRefresh: true,
        enhancedRouteRefresh: false,
        extendedMessage: false,
        extendedNextHop: [],
        peerHostName: 'tor1.lab',
      },
    },
    { id: 'up', ...told },
  );

/** For tests: the hold timer ends the session. */
export const holdTimerExpired = (told: Told = {}): Given =>
  fact(
    'session.Closed',
    {
      peer: 'tor1',
      connection: 'outgoing',
      by: 'local',
      from: 'Established',
      notification: { code: 4, subcode: 0, name: 'Hold Timer Expired', text: '' },
      because: 'nothing heard for 9 s',
    },
    told,
  );

/** For tests. */
export const nextHop = (family: 'ipv4-unicast' | 'ipv6-unicast', address: string, told: Told = {}): Given =>
  fact(
    'nexthop.Resolved',
    {
      peer: 'tor1',
      family,
      session: 'up',
      strategy: 'session',
      reason: 'session-address',
      because: "the session's local address",
      candidates: [{ address, interface: 'eth0' }],
      nextHops: [address],
    },
    told,
  );

/** For tests. */
export const web = (
  type: 'vip.Advertised' | 'vip.Withheld' | 'vip.Withdrawn',
  reason: string,
  told: Told = {},
): Given =>
  fact(
    type,
    {
      vip: 'web',
      addresses: ['192.0.2.10', '2001:db8:1::10'],
      source: 'static',
      reason: reason as 'unhealthy',
      because: 'GET /healthz says so',
    } as never,
    told,
  );

/** For tests: the VIP of a Service, of which the IPv6 address is left out. */
export const service = (
  type: 'vip.Advertised' | 'vip.Withheld' | 'vip.Withdrawn',
  reason: string,
  change: object = {},
  told: Told = {},
): Given =>
  fact(
    type,
    {
      vip: 'default/web',
      addresses: ['192.0.2.10'],
      source: 'kubernetes',
      object: 'Service default/web',
      advertisements: ['all'],
      leftOut: [
        {
          address: '2001:db8:1::10',
          reason: 'no-endpoints-of-family',
          because: 'no endpoint of it can serve IPv6',
        },
      ],
      reason,
      because: 'so it is',
      ...change,
    } as never,
    told,
  );

/** For tests. */
export const told = (prefix: string, nextHopAddress: string, details: Told = {}): Given =>
  fact(
    'route.Announced',
    {
      peer: 'tor1',
      family: prefix.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast',
      prefixes: [prefix],
      attributes: {
        origin: 'igp',
        asPath: [65000],
        nextHops: [nextHopAddress],
        med: 50,
        communities: ['65000:100'],
        largeCommunities: ['65000:1:2'],
      },
    },
    details,
  );

/** For tests: everything went well; nine facts. */
export const allWell: readonly Given[] = [
  started({ id: 'start' }),
  config([tor1], { id: 'config' }),
  web('vip.Advertised', 'configured', { id: 'vip', because: 'config' }),
  fact('session.StateChanged', {
    peer: 'tor1',
    from: 'OpenConfirm',
    to: 'Established',
    event: 'KeepAliveMsg',
  }),
  up(),
  nextHop('ipv4-unicast', '10.0.0.7', { because: 'up', id: 'nh4' }),
  nextHop('ipv6-unicast', '::ffff:10.0.0.7', { because: 'up', id: 'nh6' }),
  told('192.0.2.10/32', '10.0.0.7', { because: 'nh4' }),
  told('2001:db8:1::10/128', '::ffff:10.0.0.7', { because: 'nh6' }),
];
