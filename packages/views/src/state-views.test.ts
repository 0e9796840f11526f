import { describe, expect, it } from 'vitest';
import { allWell, config, holdTimerExpired, nextHop, started, told, tor1, up, web } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { nextHops } from './next-hops.ts';
import { routes } from './routes.ts';
import { status } from './status.ts';
import { vips } from './vips.ts';

const scope = { now: 100_000 };
const withdrawn = (prefix: string) =>
  fact('route.Withdrawn', { peer: 'tor1', family: 'ipv4-unicast', prefixes: [prefix] });
const refused = (reason: 'family-not-negotiated' | 'no-next-hop' | 'policy') =>
  fact('route.Refused', {
    peer: 'tor1',
    family: 'ipv6-unicast',
    prefixes: ['2001:db8:1::10/128'],
    reason,
    detail: 'rule 1',
  });

describe('routes', () => {
  const ask = (given: readonly Given[]) => answer(routes, given, scope);

  it('says what a peer was told', () => {
    expect(ask(allWell)[0]).toEqual({
      node: 'n1',
      peer: 'tor1',
      prefix: '192.0.2.10/32',
      family: 'ipv4-unicast',
      vip: 'web',
      nextHops: ['10.0.0.7'],
      origin: 'igp',
      asPath: [65000],
      med: 50,
      localPref: null,
      communities: ['65000:100'],
      extendedCommunities: [],
      largeCommunities: ['65000:1:2'],
      refused: null,
      since: 8000,
      changedAt: 8000,
      position: 8,
    });
  });

  it('forgets what was withdrawn, and everything with the session', () => {
    expect(ask([...allWell, withdrawn('192.0.2.10/32')]).map(({ prefix }) => prefix)).toEqual([
      '2001:db8:1::10/128',
    ]);
    expect(ask([...allWell, holdTimerExpired()])).toEqual([]);
    expect(ask([...allWell, started()])).toEqual([]);
    expect(ask([...allWell, up('tor1', { id: 'again' })])).toEqual([]);
  });

  it('does not believe what is written about a session after its end', () => {
    expect(ask([...allWell, holdTimerExpired(), told('192.0.2.10/32', '10.0.0.7')])).toEqual([]);
  });

  it('believes a log that begins in the middle', () => {
    expect(ask([told('192.0.2.10/32', '10.0.0.7')])).toHaveLength(1);
  });

  it('orders prefixes by number', () => {
    const many = ['192.0.2.100/32', '2001:db8::1/128', '192.0.2.9/32'].map((prefix) =>
      told(prefix, '10.0.0.7'),
    );
    expect(ask([up(), ...many]).map(({ prefix }) => prefix)).toEqual([
      '192.0.2.9/32',
      '192.0.2.100/32',
      '2001:db8::1/128',
    ]);
  });

  it('lists a refusal as long as a VIP wishes for the prefix and it is not told', () => {
    const wished = allWell.slice(0, 8);
    expect(ask([...wished, refused('policy')])[1]).toMatchObject({
      prefix: '2001:db8:1::10/128',
      nextHops: [],
      refused: { reason: 'policy', detail: 'rule 1' },
    });
    expect(ask([...wished, refused('policy'), web('vip.Withdrawn', 'unhealthy')])).toHaveLength(1);
    expect(ask([...wished, refused('policy'), told('2001:db8:1::10/128', '::1')])[1]?.refused).toBeNull();
  });
});

describe('vips', () => {
  const ask = (given: readonly Given[]) => answer(vips, given, scope);

  it('says where a VIP is from, how it stands and who was told', () => {
    expect(ask(allWell)).toEqual([
      {
        node: 'n1',
        vip: 'web',
        addresses: ['192.0.2.10', '2001:db8:1::10'],
        source: 'static',
        object: null,
        advertisements: null,
        leftOut: [],
        state: 'advertised',
        reason: 'configured',
        because: 'GET /healthz says so',
        since: 3000,
        told: ['tor1'],
        peers: ['tor1'],
        changedAt: 3000,
        position: 3,
      },
    ]);
  });

  it('counts a peer as told when it knows every address of its families', () => {
    expect(ask(allWell.slice(0, 8))[0]).toMatchObject({ told: [], peers: ['tor1'] });
    const ipv4Only = config([{ ...tor1, families: ['ipv4-unicast'] }]);
    expect(ask([...allWell.slice(0, 8), ipv4Only])[0]).toMatchObject({ told: ['tor1'], peers: ['tor1'] });
  });

  it('keeps the time of a state that is said again, and outlives a restart', () => {
    const again = web('vip.Advertised', 'healthy');
    expect(ask([...allWell, started(), again])[0]).toMatchObject({
      state: 'advertised',
      reason: 'healthy',
      since: 3000,
      told: [],
    });
    expect(ask([...allWell, web('vip.Withdrawn', 'unhealthy')])[0]).toMatchObject({
      state: 'withdrawn',
      since: 10_000,
    });
  });
});

describe('next hops', () => {
  const ask = (given: readonly Given[]) => answer(nextHops, given, scope);

  it('says which, by which strategy and why', () => {
    expect(
      ask(allWell).map(({ family, nextHops, strategy, because }) => [family, nextHops, strategy, because]),
    ).toEqual([
      ['ipv4-unicast', ['10.0.0.7'], 'session', "the session's local address"],
      ['ipv6-unicast', ['::ffff:10.0.0.7'], 'session', "the session's local address"],
    ]);
  });

  it('never outlives its session', () => {
    const again = [...allWell, up('tor1', { id: 'again' })];
    expect(ask(again).map(({ nextHops, because }) => [nextHops, because])).toEqual([
      [[], 'not decided yet'],
      [[], 'not decided yet'],
    ]);
    const late = nextHop('ipv4-unicast', '10.0.0.7');
    expect(ask([...again, late])[0]).toMatchObject({ nextHops: [] });
    expect(ask([...allWell, holdTimerExpired()])[0]).toMatchObject({ because: 'the session is Idle' });
  });

  it('lists what was looked at when there is none', () => {
    const unresolved = fact('nexthop.Unresolved', {
      peer: 'tor1',
      family: 'ipv6-unicast',
      session: 'up',
      strategy: 'source-interface',
      reason: 'no-candidate',
      because: 'no IPv6 address on eth0',
      candidates: [{ address: 'fe80::1', interface: 'eth0', rejected: 'link-local' }],
    });
    expect(ask([...allWell, unresolved])[1]).toMatchObject({
      nextHops: [],
      reason: 'no-candidate',
      because: 'no IPv6 address on eth0',
      candidates: [{ address: 'fe80::1', interface: 'eth0', rejected: 'link-local' }],
    });
  });
});

describe('status', () => {
  const ask = (given: readonly Given[]) => answer(status, given, scope)[0]!;

  it('is healthy when everything is as it should be', () => {
    expect(ask(allWell)).toMatchObject({
      node: 'n1',
      daemon: 'running',
      sessions: { up: 1, total: 1 },
      vips: { advertised: 1, withheld: 0, withdrawn: 0 },
      config: 'ok',
      healthy: true,
      problems: [],
      position: 9,
    });
  });

  it.each<[string, Given, string]>([
    ['a session down', holdTimerExpired(), 'session with tor1 is Idle: Hold Timer Expired (4/0), sent by us'],
    [
      'a refused configuration',
      fact('node.ConfigRejected', { file: 'v.yaml', errors: ['line 3'] }),
      'v.yaml was refused: line 3',
    ],
    ['a stopped daemon', fact('node.Stopped', { reason: 'SIGTERM' }), 'stopped: SIGTERM'],
    [
      'an address that cannot be bound',
      web('vip.Withheld', 'bind-failed'),
      'web is not advertised, bind-failed: GET /healthz says so',
    ],
  ])('is not healthy with %s', (_, given, problem) => {
    expect(ask([...allWell, given])).toMatchObject({ healthy: false, problems: [problem] });
  });

  it('is not healthy while a peer cannot be told, unless a policy wants it so', () => {
    const wished = allWell.slice(0, 8);
    expect(ask([...wished, refused('no-next-hop')]).problems).toEqual([
      'tor1 is not told 2001:db8:1::10/128: rule 1',
    ]);
    expect(ask([...wished, refused('policy')]).healthy).toBe(true);
  });
});
