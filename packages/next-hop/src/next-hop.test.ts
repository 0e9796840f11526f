import { type Address, type Family, formatAddress, parseAddress } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DecisionInput,
  type HostAddress,
  type NextHopSession,
  type NextHopSettings,
  type Resolution,
  resolveNextHop,
  type Strategy,
} from './index.ts';

const FAMILIES: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];

const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is not an address`);
  return parsed;
};

const on = (
  link: string,
  prefix: string,
  more: Partial<Omit<HostAddress, 'flags'>> & { flags?: Partial<HostAddress['flags']> } = {},
): HostAddress => {
  const [text = '', length] = prefix.split('/');
  return {
    address: address(text),
    length: Number(length),
    interface: link,
    scope: text.startsWith('fe80:') ? 'link' : 'global',
    preferredLifetime: Number.POSITIVE_INFINITY,
    ...more,
    flags: { temporary: false, deprecated: false, tentative: false, dadFailed: false, ...more.flags },
  };
};

const HOST: readonly HostAddress[] = [
  on('lo', '127.0.0.1/8', { scope: 'host' }),
  on('lo', '::1/128', { scope: 'host' }),
  on('eth0', '10.0.0.7/24'),
  on('eth0', '2001:db8::7/64'),
  on('eth0', 'fe80::7/64'),
  on('eth1', '10.1.0.7/24'),
  on('eth1', '2001:db8:1::7/64'),
  on('eth1', 'fe80::17/64'),
  on('eth2', '10.2.0.7/24'),
  on('eth3', 'fe80::37/64'),
];

type SessionOptions = Partial<NextHopSession>;
const over = (local: string, peer: string, more: SessionOptions = {}): NextHopSession => ({
  localAddress: address(local),
  peerAddress: address(peer),
  extendedNextHop: [],
  families: FAMILIES,
  ...more,
});

const extended: SessionOptions = { extendedNextHop: ['ipv4-unicast'] };
const overIPv4 = (more?: SessionOptions) => over('10.0.0.7', '10.0.0.1', more);
const overIPv6 = (more?: SessionOptions) => over('2001:db8::7', '2001:db8::1', more);
const unnumbered = (link: string, local: string, more?: SessionOptions) =>
  over(local, 'fe80::1', { localInterface: link, ...more });

const settings = (strategy: Strategy, more: Partial<NextHopSettings> = {}): NextHopSettings => ({
  strategy,
  ipv4: null,
  ipv6: null,
  sourceAddress: null,
  sourceInterface: null,
  ...more,
});

const decide = (
  family: Family,
  chosen: NextHopSettings,
  session: NextHopSession,
  more: Partial<DecisionInput> = {},
): Resolution => resolveNextHop({ family, settings: chosen, session, host: HOST, vips: [], ...more });

/** `code: a, b` of a resolution, for tables that a person can read. */
const shown = (resolution: Resolution): string =>
  [resolution.reason, ...(resolution.resolved ? resolution.nextHops.map(formatAddress) : ['-'])].join(' ');

describe('the decision table', () => {
  const v4 = 'ipv4-unicast';
  const v6 = 'ipv6-unicast';
  const fixed = settings('fixed', { ipv4: '192.0.2.7', ipv6: '2001:db8:f::7' });
  const bySource4 = settings('source-address', { sourceAddress: '10.1.0.7' });
  const bySource6 = settings('source-address', { sourceAddress: '2001:db8:1::7' });
  const byLink = settings('source-interface', { sourceInterface: 'eth1' });
  const linkLocal = settings('link-local');

  it.each<[string, Family, NextHopSettings, NextHopSession, string]>([
    ['session, IPv4 on IPv4', v4, settings('session'), overIPv4(), 'session-address 10.0.0.7'],
    ['session, IPv6 on IPv6', v6, settings('session'), overIPv6(), 'session-address 2001:db8::7'],
    [
      'session, IPv6 on IPv4',
      v6,
      settings('session'),
      overIPv4(),
      'ipv4-mapped-session-address ::ffff:10.0.0.7',
    ],
    ['session, IPv4 on IPv6', v4, settings('session'), overIPv6(), 'extended-next-hop-not-negotiated -'],
    [
      'session, IPv4 on IPv6, RFC 8950',
      v4,
      settings('session'),
      overIPv6(extended),
      'extended-next-hop 2001:db8::7',
    ],
    [
      'session, RFC 8950 for IPv6 only',
      v4,
      settings('session'),
      overIPv6({ extendedNextHop: [v6] }),
      'extended-next-hop-not-negotiated -',
    ],
    [
      'session, accepted on ::',
      v6,
      settings('session'),
      over('::ffff:10.0.0.7', '::ffff:10.0.0.1'),
      'ipv4-mapped-session-address ::ffff:10.0.0.7',
    ],
    [
      'session, accepted on ::, IPv4',
      v4,
      settings('session'),
      over('::ffff:10.0.0.7', '::ffff:10.0.0.1'),
      'session-address 10.0.0.7',
    ],

    ['fixed, IPv4 on IPv4', v4, fixed, overIPv4(), 'session-address 10.0.0.7'],
    ['fixed, IPv6 on IPv6', v6, fixed, overIPv6(), 'session-address 2001:db8::7'],
    ['fixed, IPv6 on IPv4', v6, fixed, overIPv4(), 'fixed-address 2001:db8:f::7'],
    ['fixed, IPv4 on IPv6, no RFC 8950', v4, fixed, overIPv6(), 'fixed-address 192.0.2.7'],
    [
      'fixed without IPv6',
      v6,
      settings('fixed', { ipv4: '192.0.2.7' }),
      overIPv4(),
      'ipv4-mapped-session-address ::ffff:10.0.0.7',
    ],
    [
      'fixed without IPv4',
      v4,
      settings('fixed', { ipv6: '2001:db8:f::7' }),
      overIPv6(),
      'extended-next-hop-not-negotiated -',
    ],
    [
      'fixed without IPv4, RFC 8950',
      v4,
      settings('fixed'),
      overIPv6(extended),
      'extended-next-hop 2001:db8::7',
    ],
    ['fixed, not an address', v6, settings('fixed', { ipv6: 'fc00' }), overIPv4(), 'fixed-address-invalid -'],
    [
      'fixed, the wrong family',
      v4,
      settings('fixed', { ipv4: '2001:db8:f::7' }),
      overIPv6(extended),
      'fixed-address-invalid -',
    ],
    ['fixed, unspecified', v6, settings('fixed', { ipv6: '::' }), overIPv4(), 'fixed-address-unusable -'],
    [
      'fixed, multicast',
      v4,
      settings('fixed', { ipv4: '224.0.0.5' }),
      overIPv6(),
      'fixed-address-unusable -',
    ],

    ['source-address, IPv4 on IPv4', v4, bySource4, overIPv4(), 'session-address 10.0.0.7'],
    ['source-address, IPv6 on IPv6', v6, bySource6, overIPv6(), 'session-address 2001:db8::7'],
    ['source-address, IPv6 on IPv4', v6, bySource4, overIPv4(), 'source-address-link 2001:db8:1::7'],
    ['source-address, IPv4 on IPv6', v4, bySource6, overIPv6(), 'source-address-link 10.1.0.7'],
    [
      'source-address on a link without IPv6',
      v6,
      settings('source-address', { sourceAddress: '10.2.0.7' }),
      overIPv4(),
      'no-candidate -',
    ],
    ['source-address not given', v6, settings('source-address'), overIPv4(), 'source-address-not-set -'],
    [
      'source-address not an address',
      v6,
      settings('source-address', { sourceAddress: 'eth0' }),
      overIPv4(),
      'source-address-invalid -',
    ],
    [
      'source-address gone',
      v6,
      settings('source-address', { sourceAddress: '10.9.0.7' }),
      overIPv4(),
      'source-address-not-on-host -',
    ],

    ['source-interface, IPv4 on IPv4', v4, byLink, overIPv4(), 'session-address 10.0.0.7'],
    ['source-interface, IPv6 on IPv6', v6, byLink, overIPv6(), 'session-address 2001:db8::7'],
    ['source-interface, IPv6 on IPv4', v6, byLink, overIPv4(), 'source-interface 2001:db8:1::7'],
    ['source-interface, IPv4 on IPv6', v4, byLink, overIPv6(), 'source-interface 10.1.0.7'],
    [
      'source-interface not given',
      v6,
      settings('source-interface'),
      overIPv4(),
      'source-interface-not-set -',
    ],
    [
      'source-interface with link-local only',
      v6,
      settings('source-interface', { sourceInterface: 'eth3' }),
      overIPv4(),
      'no-candidate -',
    ],
    [
      'source-interface unknown',
      v6,
      settings('source-interface', { sourceInterface: 'eth9' }),
      overIPv4(),
      'no-candidate -',
    ],

    [
      'link-local, IPv6',
      v6,
      linkLocal,
      unnumbered('eth1', 'fe80::17'),
      'link-local-and-global 2001:db8:1::7 fe80::17',
    ],
    [
      'link-local, IPv6, no global',
      v6,
      linkLocal,
      unnumbered('eth3', 'fe80::37'),
      'link-local-only fe80::37',
    ],
    ['link-local, IPv4', v4, linkLocal, unnumbered('eth1', 'fe80::17'), 'extended-next-hop-not-negotiated -'],
    [
      'link-local, IPv4, RFC 8950',
      v4,
      linkLocal,
      unnumbered('eth1', 'fe80::17', extended),
      'link-local-and-global 2001:db8:1::7 fe80::17',
    ],
    [
      'link-local, IPv4, RFC 8950, no global',
      v4,
      linkLocal,
      unnumbered('eth3', 'fe80::37', extended),
      'link-local-only fe80::37',
    ],
    [
      'link-local, link from its address',
      v6,
      linkLocal,
      over('fe80::17', 'fe80::1'),
      'link-local-and-global 2001:db8:1::7 fe80::17',
    ],
    [
      'link-local, address not listed yet',
      v6,
      linkLocal,
      over('fe80::99', 'fe80::1'),
      'link-local-only fe80::99',
    ],
    [
      'link-local on a numbered session',
      v6,
      linkLocal,
      overIPv6(),
      'link-local-and-global 2001:db8::7 fe80::7',
    ],
    ['link-local on an IPv4 session', v6, linkLocal, overIPv4(), 'link-local-and-global 2001:db8::7 fe80::7'],
    [
      'link-local, IPv4 on IPv4, no RFC 8950',
      v4,
      linkLocal,
      overIPv4(),
      'extended-next-hop-not-negotiated -',
    ],
    ['link-local on a link without one', v6, linkLocal, over('10.2.0.7', '10.2.0.1'), 'no-candidate -'],
    ['link-local, link unknown', v6, linkLocal, over('10.9.0.7', '10.9.0.1'), 'link-unknown -'],
  ])('%s', (_, family, chosen, session, expected) => {
    expect(shown(decide(family, chosen, session))).toBe(expected);
  });

  it.each<Strategy>(['session', 'fixed', 'source-address', 'source-interface', 'link-local'])(
    '%s refuses a family that was not negotiated',
    (strategy) => {
      const session = overIPv4({ families: [v4], extendedNextHop: [v4, v6] });
      expect(shown(decide(v6, { ...fixed, strategy }, session))).toBe('family-not-negotiated -');
    },
  );

  it('does not guess the link of a link-local address that stands on two', () => {
    const host = [
      on('eth0', 'fe80::7/64'),
      on('eth0', '2001:db8::7/64'),
      on('eth1', 'fe80::7/64'),
      on('eth1', '2001:db8:1::7/64'),
    ];
    expect(shown(decide(v6, linkLocal, over('fe80::7', 'fe80::1'), { host }))).toBe(
      'link-local-only fe80::7',
    );
    const known = over('fe80::7', 'fe80::1', { localInterface: 'eth1' });
    expect(shown(decide(v6, linkLocal, known, { host }))).toBe('link-local-and-global 2001:db8:1::7 fe80::7');
  });

  it('keeps the sentence apart from the code', () => {
    expect(decide(v6, bySource4, overIPv4()).text).toBe('the best IPv6 address on eth1');
    expect(decide(v6, settings('source-interface', { sourceInterface: 'eth3' }), overIPv4()).text).toBe(
      'no usable IPv6 address on eth3',
    );
    expect(decide(v6, settings('source-interface', { sourceInterface: 'eth9' }), overIPv4()).text).toBe(
      'no IPv6 address on eth9',
    );
  });
});

describe('rejections', () => {
  const onEth0 = (family: Family, host: readonly HostAddress[], vips: readonly string[] = []) =>
    decide(
      family,
      settings('source-interface', { sourceInterface: 'eth0' }),
      family === 'ipv6-unicast' ? overIPv4() : overIPv6(),
      { host, vips: vips.map(address) },
    );

  it.each<[string, HostAddress, string[]]>([
    ['link-local', on('eth0', 'fe80::1/64'), []],
    ['link-local', on('eth0', '169.254.3.4/16'), []],
    ['link-local', on('eth0', '2001:db8::1/64', { scope: 'link' }), []],
    ['loopback', on('eth0', '::1/128'), []],
    ['loopback', on('eth0', '127.0.0.2/8'), []],
    ['loopback', on('eth0', '10.0.0.1/8', { scope: 'host' }), []],
    ['multicast', on('eth0', 'ff02::1/128'), []],
    ['multicast', on('eth0', '224.0.0.1/32'), []],
    ['temporary', on('eth0', '2001:db8::1/64', { flags: { temporary: true } }), []],
    ['deprecated', on('eth0', '2001:db8::1/64', { flags: { deprecated: true } }), []],
    ['deprecated', on('eth0', '2001:db8::1/64', { preferredLifetime: 0 }), []],
    ['tentative', on('eth0', '2001:db8::1/64', { flags: { tentative: true } }), []],
    ['dad-failed', on('eth0', '2001:db8::1/64', { flags: { tentative: true, dadFailed: true } }), []],
    ['own-vip', on('eth0', '2001:db8::1/128'), ['2001:db8::1']],
    ['own-vip', on('eth0', '10.0.0.1/32'), ['10.0.0.1']],
    ['own-vip', on('eth0', '2001:db8::1/128', { flags: { deprecated: true } }), ['2001:db8::1']],
  ])('%s: %j', (rejected, host, vips) => {
    const family = host.address.version === 4 ? 'ipv4-unicast' : 'ipv6-unicast';
    expect(onEth0(family, [host], vips)).toMatchObject({
      resolved: false,
      reason: 'no-candidate',
      candidates: [{ address: host.address, interface: 'eth0', rejected }],
    });
    const spare = on('eth0', family === 'ipv4-unicast' ? '203.0.113.9/24' : '2001:db8:9::9/64');
    expect(onEth0(family, [host, spare], vips)).toMatchObject({
      nextHops: [spare.address],
      candidates: [
        { address: spare.address, interface: 'eth0' },
        { address: host.address, rejected },
      ],
    });
  });

  it.each<[string, HostAddress, string[]]>([
    ['tentative', on('eth0', 'fe80::5/64', { flags: { tentative: true } }), []],
    ['dad-failed', on('eth0', 'fe80::5/64', { flags: { dadFailed: true } }), []],
    ['own-vip', on('eth0', 'fe80::5/64'), ['fe80::5']],
  ])('%s link-local address', (rejected, host, vips) => {
    const all = [host, on('eth0', '10.0.0.7/24')];
    expect(
      decide('ipv6-unicast', settings('link-local'), overIPv4(), { host: all, vips: vips.map(address) }),
    ).toMatchObject({ reason: 'no-candidate', candidates: [{ address: host.address, rejected }] });
  });

  it('looks at no other link and no other family', () => {
    const resolution = onEth0('ipv6-unicast', HOST);
    expect(resolution.candidates.map(({ address: a, rejected }) => [formatAddress(a), rejected])).toEqual([
      ['2001:db8::7', undefined],
      ['fe80::7', 'link-local'],
    ]);
  });
});

describe('the best of several', () => {
  const best = (...host: HostAddress[]) =>
    decide('ipv6-unicast', settings('source-interface', { sourceInterface: 'eth0' }), overIPv4(), {
      host,
    }).candidates.map((candidate) => formatAddress(candidate.address));

  it('is global before unique-local', () => {
    expect(best(on('eth0', 'fd00::1/64'), on('eth0', '2001:db8::9/64', { preferredLifetime: 60 }))).toEqual([
      '2001:db8::9',
      'fd00::1',
    ]);
  });

  it('is the longest-lived', () => {
    expect(
      best(
        on('eth0', '2001:db8::1/64', { preferredLifetime: 60 }),
        on('eth0', '2001:db8::2/64', { preferredLifetime: 61 }),
        on('eth0', '2001:db8::3/64'),
      ),
    ).toEqual(['2001:db8::3', '2001:db8::2', '2001:db8::1']);
  });

  it('is the lowest by value, above 8000:: too', () => {
    expect(
      best(on('eth0', 'a000::1/64'), on('eth0', '2001:db8::10/64'), on('eth0', '2001:db8::9/64')),
    ).toEqual(['2001:db8::9', '2001:db8::10', 'a000::1']);
  });

  it('is named by the first of two links that share it', () => {
    const twice = [on('eth1', '2001:db8::7/64'), on('eth0', '2001:db8::7/64')];
    const host = [...twice, on('eth0', '10.0.0.7/24'), on('eth1', '10.0.0.7/24')];
    const chosen = settings('source-address', { sourceAddress: '10.0.0.7' });
    for (const order of [host, host.toReversed()]) {
      const { candidates, text } = decide('ipv6-unicast', chosen, overIPv4(), { host: order });
      expect(candidates.map((candidate) => candidate.interface)).toEqual(['eth0', 'eth1']);
      expect(text).toBe('the best IPv6 address on eth0 and eth1');
    }
  });

  it("is on the peer's subnet before anything else", () => {
    const host = [
      on('eth0', '2001:db8:5::7/64'),
      on('eth0', 'fd00::7/64', { preferredLifetime: 60 }),
      on('eth0', 'fe80::7/64'),
    ];
    const session = over('2001:db8:5::7', 'fd00::1', { localInterface: 'eth0' });
    expect(shown(decide('ipv6-unicast', settings('link-local'), session, { host }))).toBe(
      'link-local-and-global fd00::7 fe80::7',
    );
  });
});

describe('properties', () => {
  const word = fc.constantFrom(
    0,
    1,
    2,
    0x0a000000,
    0x20010db8,
    0xfd000000 | 0,
    0xfe800000 | 0,
    0xff020000 | 0,
  );
  const anyAddress = fc.oneof(
    word.map((w0): Address => ({ version: 4, w0: w0 | 0, w1: 0, w2: 0, w3: 0 })),
    fc
      .tuple(word, fc.constantFrom(0, 1, 2, 3))
      .map(([w0, w3]): Address => ({ version: 6, w0: w0 | 0, w1: 0, w2: 0, w3 })),
  );
  const anyHost: fc.Arbitrary<HostAddress> = fc.record({
    address: anyAddress,
    length: fc.constantFrom(0, 8, 24, 32),
    interface: fc.constantFrom('eth0', 'eth1', 'lo'),
    scope: fc.constantFrom('global', 'global', 'link', 'host'),
    flags: fc.record({
      temporary: fc.boolean(),
      deprecated: fc.boolean(),
      tentative: fc.boolean(),
      dadFailed: fc.boolean(),
    }),
    preferredLifetime: fc.constantFrom(0, 60, 61, Number.POSITIVE_INFINITY),
  });
  const fewFlags = anyHost.map((host) => ({
    ...host,
    scope: 'global' as const,
    flags: { temporary: false, deprecated: false, tentative: false, dadFailed: false },
  }));
  const text = fc.option(fc.oneof(anyAddress.map(formatAddress), fc.constant('nonsense')));
  const anyInput: fc.Arbitrary<DecisionInput> = fc.record({
    family: fc.constantFrom(...FAMILIES),
    settings: fc.record({
      strategy: fc.constantFrom<Strategy>(
        'session',
        'fixed',
        'source-address',
        'source-interface',
        'link-local',
      ),
      ipv4: text,
      ipv6: text,
      sourceAddress: text,
      sourceInterface: fc.option(fc.constantFrom('eth0', 'eth1', 'eth9')),
    }),
    session: fc.record(
      {
        localAddress: anyAddress,
        localInterface: fc.constantFrom('eth0', 'eth1'),
        peerAddress: anyAddress,
        extendedNextHop: fc.subarray([...FAMILIES]),
        families: fc.subarray([...FAMILIES], { minLength: 1 }),
      },
      { requiredKeys: ['localAddress', 'peerAddress', 'extendedNextHop', 'families'] },
    ),
    host: fc.array(fc.oneof(anyHost, fewFlags), { maxLength: 8 }),
    vips: fc.array(anyAddress, { maxLength: 2 }),
  });

  it('the order of addresses, VIPs and families does not matter', () => {
    fc.assert(
      fc.property(
        anyInput.chain((input) =>
          fc.tuple(
            fc.constant(input),
            fc.shuffledSubarray([...input.host], { minLength: input.host.length }),
          ),
        ),
        ([input, host]) => {
          const other = { ...input, host, vips: input.vips.toReversed() };
          expect(resolveNextHop(other)).toEqual(resolveNextHop(input));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('an IPv6 next hop for IPv4 routes needs RFC 8950, and IPv6 routes never get an IPv4 one', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const resolution = resolveNextHop(input);
        if (!resolution.resolved) return;
        const versions = resolution.nextHops.map(({ version }) => version);
        if (input.family === 'ipv6-unicast') expect(versions).not.toContain(4);
        else if (versions.includes(6)) expect(input.session.extendedNextHop).toContain('ipv4-unicast');
        expect(input.session.families).toContain(input.family);
      }),
      { numRuns: 2000 },
    );
  });

  it('a link is never searched for one of our VIPs, and rejected candidates come last', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { candidates } = resolveNextHop(input);
        const fit = candidates.filter(({ rejected }) => rejected === undefined);
        expect(candidates.slice(0, fit.length)).toEqual(fit);
        const vips = input.vips.map(formatAddress);
        for (const candidate of fit) expect(vips).not.toContain(formatAddress(candidate.address));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not change its input', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const before = structuredClone(input);
        resolveNextHop(input);
        expect(input).toEqual(before);
      }),
    );
  });
});
