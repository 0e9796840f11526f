import { describe, expect, it } from 'vitest';
import { type Config, formatPlan, loadConfig, planChange } from '../index.ts';

const configOf = (text: string): Config => {
  const loaded = loadConfig(text, { file: 'f', env: { hostName: 'n7' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.config;
};

const BASE = `
bgp: { localASN: 65000, routerID: 10.0.0.7 }
peers:
  - { name: tor1, address: 10.0.0.1, peerASN: 65001, passwordFile: /a }
  - { name: tor2, address: 10.0.0.2, peerASN: 65001 }
vips:
  - { name: web, addresses: [192.0.2.1], healthCheck: { tcp: '127.0.0.1:80' } }
  - { name: dns, addresses: [192.0.2.53] }
policy:
  - { match: { vips: [web] }, set: { med: 10 } }
  - { match: { vips: [dns] }, action: reject }
`;
const TOR1 = '{ name: tor1, address: 10.0.0.1, peerASN: 65001, passwordFile: /a }';
const base = configOf(BASE);
const planOf = (from: string, to: string) => {
  expect(BASE).toContain(from);
  return planChange(base, configOf(BASE.replace(from, to)));
};
const tor1 = (more: string) => planOf(TOR1, TOR1.replace(' }', `, ${more} }`));

describe('a plan', () => {
  it('of the same configuration is empty', () => {
    const plan = planChange(base, configOf(BASE));
    expect(plan).toEqual({ added: [], changed: [], removed: [], resets: [] });
    expect(formatPlan(plan)).toBe('nothing changes\n');
  });

  it('from nothing adds everything and resets nothing', () => {
    const plan = planChange(null, base);
    expect(plan.added.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'bgp bgp',
      'peer tor1',
      'peer tor2',
      'vip web',
      'vip dns',
      'policy policy[0]',
      'policy policy[1]',
      'log log',
    ]);
    expect([plan.changed, plan.removed, plan.resets]).toEqual([[], [], []]);
  });

  it('names what comes, changes and goes', () => {
    const plan = planChange(
      base,
      configOf(
        BASE.replace('name: tor2, address: 10.0.0.2', 'name: tor3, address: 10.0.0.3')
          .replace('addresses: [192.0.2.1]', "addresses: [192.0.2.1, '2001:db8::1']")
          .replace("'127.0.0.1:80'", "'127.0.0.1:80', fall: 5"),
      ),
    );
    expect(formatPlan(plan)).toBe(
      [
        '+ peer tor3: 10.0.0.3 port 179, AS 65001, ipv4-unicast and ipv6-unicast',
        '~ vip web: addresses 192.0.2.1 → 192.0.2.1, 2001:db8::1; ' +
          'healthCheck kind tcp, target 127.0.0.1:80, interval 1s, timeout 500ms, rise 2, fall 3 → ' +
          'kind tcp, target 127.0.0.1:80, interval 1s, timeout 500ms, rise 2, fall 5',
        '- peer tor2: 10.0.0.2 port 179, AS 65001, ipv4-unicast and ipv6-unicast',
        '',
      ].join('\n'),
    );
    expect(plan.changed[0]?.fields).toEqual(['addresses', 'healthCheck']);
  });
});

describe('a session', () => {
  it.each([
    ['port: 1179', 'port 179 → 1179'],
    ['localASN: 64512', 'localASN 65000 → 64512'],
    ['families: [ipv4-unicast]', 'families ipv4-unicast, ipv6-unicast → ipv4-unicast'],
    ['sourceAddress: 10.0.0.8', 'sourceAddress none → 10.0.0.8'],
    ['sourceInterface: eth0', 'sourceInterface none → eth0'],
    ['ttlSecurity: true', 'ttlSecurity false → true'],
    ['multihop: 4', 'multihop none → 4'],
    ['holdTime: 30s', 'holdTime 9s → 30s; keepaliveTime 3s → 10s'],
    ['keepaliveTime: 1s', 'keepaliveTime 3s → 1s'],
  ])('resets for %s', (more, because) => {
    expect(tor1(more).resets).toEqual([{ peer: 'tor1', because }]);
  });

  it.each([
    ['10.0.0.1', '10.0.0.9', 'address 10.0.0.1 → 10.0.0.9'],
    ['65001, passwordFile', 'external, passwordFile', 'peerASN 65001 → external'],
    ['/a', '/b', 'passwordFile /a → /b'],
  ])('resets for %s → %s', (from, to, because) => {
    expect(planOf(from, to).resets).toEqual([{ peer: 'tor1', because }]);
  });

  it('resets with all others for another router ID', () => {
    expect(planOf('10.0.0.7', '10.0.0.8').resets).toEqual([
      { peer: 'tor1', because: 'routerId 10.0.0.7 → 10.0.0.8' },
      { peer: 'tor2', because: 'routerId 10.0.0.7 → 10.0.0.8' },
    ]);
  });

  it.each(["nextHop: { strategy: fixed, ipv6: '2001:db8::7' }", 'connectRetryTime: 1s'])(
    'goes on with %s',
    (more) => {
      const plan = tor1(more);
      expect(plan.changed.map(({ name }) => name)).toEqual(['tor1']);
      expect(plan.resets).toEqual([]);
    },
  );

  it('goes on when policy, VIPs or the listener change', () => {
    expect(planOf('med: 10', 'med: 20').resets).toEqual([]);
    expect(planOf('192.0.2.53', '192.0.2.54').resets).toEqual([]);
    expect(planOf('routerID', "listen: { address: '::' }, routerID").resets).toEqual([]);
  });
});

describe('policy', () => {
  const names = (changes: readonly { readonly name: string }[]) => changes.map(({ name }) => name);

  it('counts a rule put in front as one addition', () => {
    const plan = planOf('policy:\n', 'policy:\n  - { match: { peers: [tor2] }, action: reject }\n');
    expect([names(plan.added), plan.changed, plan.removed]).toEqual([['policy[0]'], [], []]);
  });

  it('sees rules trade places', () => {
    const plan = planOf(
      '  - { match: { vips: [web] }, set: { med: 10 } }\n  - { match: { vips: [dns] }, action: reject }\n',
      '  - { match: { vips: [dns] }, action: reject }\n  - { match: { vips: [web] }, set: { med: 10 } }\n',
    );
    expect(plan.changed).toMatchObject([{ kind: 'policy', fields: ['order'] }]);
    expect([plan.added, plan.removed]).toEqual([[], []]);
  });

  it('takes a rule that differs for another', () => {
    const plan = planOf('med: 10', 'med: 20');
    expect([names(plan.added), plan.changed, names(plan.removed)]).toEqual([
      ['policy[0]'],
      [],
      ['policy[0]'],
    ]);
  });
});

describe('the log', () => {
  it('changes with journal, node and cluster', () => {
    const plan = planChange(base, configOf(`${BASE}cluster: prod\nlog: { journal: /j }\n`));
    expect(formatPlan(plan)).toBe(
      '~ log: cluster default → prod; journal /var/lib/vipcast/journal.db → /j\n',
    );
  });
});
