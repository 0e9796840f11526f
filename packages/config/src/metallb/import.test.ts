import { describe, expect, it } from 'vitest';
import { imported, object, peer, resourcesOf } from './samples.ts';

describe('a BGPPeer', () => {
  it('keeps its session', () => {
    const text = peer(
      'tor1',
      'peerPort: 1179, sourceAddress: 10.0.0.7, holdTime: 1m30s, keepaliveTime: 10s, connectTime: 7s, ebgpMultiHop: true',
    );
    expect(resourcesOf(imported(text).yaml)).toMatchObject([
      {
        kind: 'BGPPeer',
        name: 'tor1',
        peer: {
          address: '10.0.0.1',
          port: 1179,
          peerASN: 64501,
          localASN: 64500,
          families: ['ipv4-unicast'],
          sourceAddress: '10.0.0.7',
          multihop: 255,
          holdTime: 90_000,
          keepaliveTime: 10_000,
          connectRetryTime: 7000,
        },
        passwordSecret: null,
        nodeSelector: null,
      },
    ]);
  });

  it.each([
    ['holdTime: 0s', { holdTime: 0 }],
    ['holdTime: 180s', { holdTime: 180_000 }],
    ['peerPort: 179', { holdTime: 90_000 }],
    ['localASN: 64999', { localASN: 64999 }],
  ])('with %s', (spec, expected) => {
    expect(resourcesOf(imported(peer('tor1', spec)).yaml)).toMatchObject([{ peer: expected }]);
  });

  it('carries both families where it did', () => {
    const [resource] = resourcesOf(imported(peer('tor1', 'dualStackAddressFamily: true')).yaml);
    expect(resource?.kind === 'BGPPeer' && resource.peer).not.toHaveProperty('families');
  });

  it('may have any AS that is not ours', () => {
    const text = object('BGPPeer', 'a', '{ myASN: 1, dynamicASN: internal, peerAddress: "fd00::1" }');
    expect(resourcesOf(imported(text).yaml)).toMatchObject([
      { peer: { peerASN: 'internal', families: ['ipv6-unicast'] } },
    ]);
  });

  it('has its password by reference', () => {
    const inline = imported(peer('tor1', 'password: hunter2'));
    expect(JSON.stringify(inline)).not.toContain('hunter2');
    expect(resourcesOf(inline.yaml)).toMatchObject([
      { passwordSecret: { name: 'tor1-password', key: 'password' } },
    ]);
    expect(inline.notes.join()).toContain('put it into Secret tor1-password, key password');
    const secret = imported(peer('tor1', 'passwordSecret: { name: bgp, namespace: metallb-system }'));
    expect(resourcesOf(secret.yaml)).toMatchObject([{ passwordSecret: { name: 'bgp', key: 'password' } }]);
  });

  it('is one for each of its node selectors, and advertisements name them all', () => {
    const { yaml } = imported(
      peer(
        'tor.rack',
        'nodeSelectors: [{ matchLabels: { rack: r7 } }, { matchExpressions: [{ key: rack, operator: In, values: [r8] }] }]',
      ),
      object('BGPAdvertisement', 'all', '{ peers: [tor.rack, other] }'),
    );
    expect(resourcesOf(yaml)).toMatchObject([
      { name: 'tor-rack', nodeSelector: { matchLabels: { rack: 'r7' } } },
      {
        name: 'tor-rack-2',
        nodeSelector: { matchExpressions: [{ key: 'rack', operator: 'In', values: ['r8'] }] },
      },
      { name: 'all', peers: ['tor-rack', 'tor-rack-2', 'other'] },
    ]);
  });
});

describe('a BGPAdvertisement', () => {
  it('keeps its communities, by their values', () => {
    const { yaml, notes } = imported(
      object(
        'BGPAdvertisement',
        'ext',
        '{ communities: [noadv, "64500:100", big, "large:4200000000:1:2", mystery], localPref: 200, ipAddressPools: [public] }',
      ),
      object(
        'Community',
        'names',
        '{ communities: [{ name: noadv, value: "65535:65282" }, { name: big, value: "large:1:2:3" }] }',
      ),
      object('IPAddressPool', 'public', '{ addresses: [192.0.2.0/24] }'),
    );
    expect(resourcesOf(yaml)[0]).toMatchObject({
      pools: ['public'],
      peers: null,
      set: {
        communities: ['no-advertise', '64500:100'],
        largeCommunities: ['1:2:3', '4200000000:1:2'],
        localPref: 200,
      },
    });
    expect(notes.join()).toContain('community mystery is not known here');
  });

  it('has the pools that its selectors match', () => {
    const pool = (name: string, tier: string) =>
      object(
        'IPAddressPool',
        name,
        `{ addresses: [192.0.2.${name}/32] }`,
        `, labels: { tier: ${tier} }`,
      ).replace(`name: ${name}`, `name: p${name}`);
    const pools = [pool('1', 'gold'), pool('2', 'gold'), pool('3', 'lead')];
    const advertised = (selector: string) => {
      const text = object('BGPAdvertisement', 'a', `{ ipAddressPoolSelectors: [${selector}] }`);
      const [first] = resourcesOf(imported(text, ...pools).yaml);
      return first?.kind === 'BGPAdvertisement' ? first.pools : undefined;
    };
    expect(advertised('{ matchLabels: { tier: gold } }')).toEqual(['p1', 'p2']);
    expect(advertised('{ matchLabels: { tier: gold } }, { matchLabels: { tier: lead } }')).toEqual([
      'p1',
      'p2',
      'p3',
    ]);
    // It must not become all of them.
    expect(advertised('{ matchLabels: { tier: tin } }')).toEqual(['none']);
  });

  it('is one for each pair of its selectors', () => {
    const { yaml } = imported(
      object(
        'BGPAdvertisement',
        'a',
        '{ serviceSelectors: [{ matchLabels: { a: b } }, { matchLabels: { c: d } }], nodeSelectors: [{ matchLabels: { e: f } }, {}] }',
      ),
    );
    expect(resourcesOf(yaml)).toMatchObject([
      { name: 'a', serviceSelector: { matchLabels: { a: 'b' } }, nodeSelector: null },
      { name: 'a-2', serviceSelector: { matchLabels: { c: 'd' } }, nodeSelector: null },
    ]);
  });
});

describe('an IPAddressPool', () => {
  it('keeps its addresses and for whom they are', () => {
    const { yaml, notes } = imported(
      object(
        'IPAddressPool',
        'a',
        '{ addresses: [192.0.2.0/24, 198.51.100.10 - 198.51.100.20, "2001:db8::1/64"], autoAssign: false, avoidBuggyIPs: true }',
      ),
      object(
        'IPAddressPool',
        'b',
        '{ addresses: [203.0.113.0/24], serviceAllocation: { priority: 50, namespaces: [shop], serviceSelectors: [{ matchLabels: { a: b } }] } }',
      ),
      object(
        'IPAddressPool',
        'c',
        '{ addresses: [198.18.0.0/24], serviceAllocation: { priority: 10, namespaceSelectors: [{ matchLabels: { team: a } }, { matchLabels: { team: b } }] } }',
      ),
    );
    expect(resourcesOf(yaml)).toMatchObject([
      {
        addresses: [
          { first: '192.0.2.0', last: '192.0.2.255' },
          { first: '198.51.100.10', last: '198.51.100.20' },
          { first: '2001:db8::', last: '2001:db8::ffff:ffff:ffff:ffff' },
        ],
        autoAssign: false,
        priority: 0,
      },
      // MetalLB tries 10 before 50 before none.
      { priority: 1, namespaces: ['shop'], serviceSelector: { matchLabels: { a: 'b' } } },
      { priority: 2, namespaceSelector: { matchLabels: { team: 'a' } } },
    ]);
    expect(notes.join()).toContain('avoidBuggyIPs');
    expect(notes.join()).toContain('only the first of namespaceSelectors');
  });
});

describe('what has no counterpart', () => {
  it.each([
    ['bfdProfile', peer('tor1', 'bfdProfile: fast')],
    ['vrf', peer('tor1', 'vrf: red')],
    ['routerID', peer('tor1', 'routerID: 10.0.0.7')],
    ['enableGracefulRestart', peer('tor1', 'enableGracefulRestart: true')],
    ['somethingNew', peer('tor1', 'somethingNew: 7')],
    ['aggregationLength', object('BGPAdvertisement', 'a', '{ aggregationLength: 24 }')],
    ['aggregationLengthV6', object('BGPAdvertisement', 'a', '{ aggregationLengthV6: 64 }')],
    ['L2Advertisement l2', object('L2Advertisement', 'l2', '{}')],
    ['BFDProfile fast', object('BFDProfile', 'fast', '{ receiveInterval: 100 }')],
  ])('is named: %s', (what, text) => {
    const { yaml, notes } = imported(text);
    expect(notes.filter((note) => note.includes(`${what} has no counterpart`))).toHaveLength(1);
    for (const note of notes) expect(yaml).toContain(`# - ${note}\n`);
  });

  it.each([['aggregationLength: 32, aggregationLengthV6: 128'], ['peers: []']])(
    'is not what says nothing: %s',
    (spec) => {
      const { notes } = imported(object('BGPAdvertisement', 'a', `{ ${spec} }`));
      expect(notes).toHaveLength(1);
    },
  );

  it('stays as a comment when it would be refused', () => {
    const { yaml, notes } = imported(object('BGPPeer', 'a', '{ myASN: 1, peerASN: 2, interface: eth0 }'));
    expect(resourcesOf(yaml)).toEqual([]);
    expect(yaml).toMatch(/^# {3}interface: eth0$/m);
    expect(notes.at(-1)).toMatch(/^not carried over: BGPPeer a: spec\.interface: not supported yet/);
  });

  it('says what vipcast.yaml must have, and that silence means something else here', () => {
    const { notes } = imported(peer('a', ''), object('IPAddressPool', 'p', '{ addresses: [192.0.2.0/24] }'));
    expect(notes[0]).toContain('bgp: { localASN: 64500 }');
    expect(notes[1]).toContain('MetalLB then announces nothing');
  });
});
