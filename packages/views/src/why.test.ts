import { describe, expect, it } from 'vitest';
import { allWell, config, holdTimerExpired, started, tor1, up, web } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { historyOf } from './history.ts';
import { why } from './why.ts';

const ask = (given: readonly Given[], target = '192.0.2.10', scope: { node?: string; peer?: string } = {}) =>
  answer(why, given, { now: 100_000, target, ...scope });

const chain = (given: readonly Given[], target?: string) =>
  ask(given, target)[0]!.steps.map(
    ({ verdict, what, text, position }) => `${verdict} ${what}: ${text} @${position}`,
  );

const otherNode = allWell.map(([draft, told]): Given => [draft, { ...told, node: 'n2' }]);
const CONFIG = 'ok daemon: configuration /etc/vipcast.yaml applied @2';
const VIP = 'ok vip web: advertised, configured: GET /healthz says so @3';

describe('why', () => {
  it('goes from the outside cause to the UPDATE', () => {
    expect(chain(allWell)).toEqual([
      CONFIG,
      VIP,
      'ok session tor1: Established with 10.0.0.1 AS 65001 (IPv4 and IPv6) @5',
      'ok family: IPv4 unicast negotiated @5',
      "ok next hop: IPv4 next hop 10.0.0.7 (session): the session's local address @6",
      'ok update: told tor1: 192.0.2.10/32, next hop 10.0.0.7, AS path 65000; sent on seq 6 @8',
    ]);
    expect(ask(allWell)[0]).toMatchObject({ announced: true, prefixes: ['192.0.2.10/32'], announcedBy: [] });
  });

  it.each([
    ['web', ['192.0.2.10/32', '2001:db8:1::10/128']],
    ['192.0.2.10/32', ['192.0.2.10/32']],
    ['192.0.2.0/24', ['192.0.2.10/32']],
    ['2001:DB8:1:0::10', ['2001:db8:1::10/128']],
    ['192.0.2.11', []],
    ['nothing', []],
  ])('finds %s', (target, prefixes) => {
    expect(ask(allWell, target).flatMap((row) => row.prefixes)).toEqual(prefixes);
  });

  it('stops at a VIP that is withheld, once for the node', () => {
    const wish = fact(
      'operator.WithdrawRequested',
      { by: 'alice', addresses: ['192.0.2.10'] },
      { id: 'wish' },
    );
    const gone = [...allWell, wish, web('vip.Withheld', 'operator-withdrew', { because: 'wish' }), started()];
    expect(ask(gone, 'web')).toMatchObject([{ peer: null, announced: false, position: 11 }]);
    expect(chain(gone)).toEqual([
      'ok operator: alice asked to withdraw 192.0.2.10 @10',
      'stops vip web: withheld, operator-withdrew: GET /healthz says so @11',
    ]);
  });

  it('stops at a session that is down, and says who still announces', () => {
    const down = [...otherNode, ...allWell];
    const row = answer(why, [...down, holdTimerExpired()], { now: 0, target: '192.0.2.10', node: 'n1' })[0]!;
    expect(row.steps.at(-1)).toEqual({
      verdict: 'stops',
      what: 'session tor1',
      text: 'Idle, not Established; last: Hold Timer Expired (4/0), sent by us',
      time: 19_000,
      position: 19,
    });
    expect(row.announcedBy).toEqual([{ node: 'n2', peers: ['tor1'] }]);
  });

  it('tells a restart from a session that never was', () => {
    expect(chain([...allWell, started()]).at(-1)).toContain(
      'Idle, not Established since the daemon restarted',
    );
    expect(chain([...allWell, fact('node.Stopped', { reason: 'SIGTERM' })]).at(-1)).toContain(
      'the daemon has stopped: SIGTERM',
    );
    expect(chain(allWell.slice(0, 3)).at(-1)).toBe('stops session tor1: Idle, was never Established @1');
  });

  it('stops at a family that was not negotiated', () => {
    const ipv4 = [...allWell.slice(0, 3), up('tor1', {}, ['ipv4-unicast'])];
    expect(chain(ipv4, '2001:db8:1::10').at(-1)).toContain('stops family: IPv6 unicast was not negotiated');
  });

  it('says apart a family that is not configured for a peer', () => {
    const ipv4 = config([{ ...tor1, families: ['ipv4-unicast'] }]);
    const rows = ask([...allWell.slice(0, 8), ipv4], 'web');
    expect(rows.map(({ announced, excluded }) => [announced, excluded])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('stops at a next hop that is missing', () => {
    const unresolved = fact('nexthop.Unresolved', {
      peer: 'tor1',
      family: 'ipv4-unicast',
      session: 'up',
      strategy: 'session',
      reason: 'extended-next-hop-not-negotiated',
      because: 'the peer cannot take it',
      candidates: [],
    });
    expect(chain([...allWell.slice(0, 5), unresolved]).at(-1)).toBe(
      'stops next hop: no IPv4 next hop (session): the peer cannot take it @6',
    );
    expect(chain(allWell.slice(0, 5)).at(-1)).toBe('stops next hop: not decided yet @null');
  });

  it('stops at a policy', () => {
    const refused = fact('route.Refused', {
      peer: 'tor1',
      family: 'ipv4-unicast',
      prefixes: ['192.0.2.10/32'],
      reason: 'policy',
      detail: 'rule 2 rejects',
    });
    expect(chain([...allWell.slice(0, 7), refused]).at(-1)).toBe(
      'stops policy: did not tell tor1 192.0.2.10/32, policy: rule 2 rejects @8',
    );
  });

  it('stops where no peer is configured', () => {
    expect(chain([config([]), web('vip.Advertised', 'configured')]).at(-1)).toContain(
      'no peer is configured',
    );
  });
});

describe('history', () => {
  const history = (target: string, given: readonly Given[]) =>
    answer(historyOf(target), given, { now: 0 }).map(
      ({ position, type, cause }) =>
        `${position} ${type}${cause === null ? '' : ` <- ${cause.position} ${cause.type}`}`,
    );

  it('of a VIP, each change with its cause', () => {
    const wish = fact(
      'operator.WithdrawRequested',
      { by: 'alice', addresses: ['192.0.2.10'] },
      { id: 'wish' },
    );
    const withdrawn = web('vip.Withdrawn', 'operator-withdrew', { because: 'wish' });
    const lines = [
      '3 vip.Advertised <- 2 node.ConfigApplied',
      '8 route.Announced <- 6 nexthop.Resolved',
      '9 route.Announced <- 7 nexthop.Resolved',
      '10 operator.WithdrawRequested',
      '11 vip.Withdrawn <- 10 operator.WithdrawRequested',
    ];
    expect(history('web', [...allWell, wish, withdrawn])).toEqual(lines);
    expect(history('192.0.2.10', [...allWell, wish, withdrawn])).toEqual(lines.toSpliced(2, 1));
  });

  it('of a peer', () => {
    expect(history('tor1', [...allWell, holdTimerExpired({ because: 'up' })])).toEqual([
      '4 session.StateChanged',
      '5 session.Established',
      '6 nexthop.Resolved <- 5 session.Established',
      '7 nexthop.Resolved <- 5 session.Established',
      '8 route.Announced <- 6 nexthop.Resolved',
      '9 route.Announced <- 7 nexthop.Resolved',
      '10 session.Closed <- 5 session.Established',
    ]);
  });

  it('of nothing known is empty', () => {
    expect(history('nothing', allWell)).toEqual([]);
  });
});
