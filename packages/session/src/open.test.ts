import { parseAddress } from '@vipcast/net';
import { type Capability, decodeOpen, describeNotification, encodeOpen, type Open } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import { negotiate, wireContext } from './negotiation.ts';
import { openError, openOf } from './open.ts';
import { CAPABILITIES, peerOpen, SETTINGS } from './simulation/scenario.ts';
import type { SessionSettings } from './types.ts';

const open = (change: Partial<Open> = {}): Open => {
  const decoded = decodeOpen(peerOpen(change));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
};
const multiprotocol = (...afis: number[]): Capability[] =>
  afis.map((afi) => ({ kind: 'multiprotocol', afi, safi: 1 }));
const as4 = (asn: number): Capability => ({ kind: 'four-octet-as', asn });
const without = (...kinds: Capability['kind'][]): readonly Capability[] =>
  CAPABILITIES.filter(({ kind }) => !kinds.includes(kind));
const verdict = (change: Partial<Open>, settings: Partial<SessionSettings> = {}): string => {
  const error = openError(open(change), { ...SETTINGS, ...settings });
  if (error === undefined) return 'ok';
  return `${error.code}/${error.subcode} ${describeNotification(error).detail ?? ''}`.trim();
};
const agreed = (change: Partial<Open> = {}, settings: Partial<SessionSettings> = {}) =>
  negotiate(
    open(change),
    { ...SETTINGS, ...settings },
    {
      localAddress: parseAddress('10.0.0.7')!,
      remoteAddress: parseAddress('10.0.0.1')!,
    },
  );

describe('the OPEN we send', () => {
  it('offers everything, in bytes', () => {
    expect(encodeOpen(openOf(SETTINGS)).toHex()).toBe(
      `${'ff'.repeat(16)}004501` + // 69 bytes
        '04fde800090a000007' + // version 4, AS 65000, hold 9 s, 10.0.0.7
        '280226' + // one parameter: 12 + 4 + 8 + 2 + 6 + 6 bytes of capabilities
        '010400010001010400020001' + // both families
        '02004600' + // route refresh, enhanced
        '0506000100010002' + // IPv4 unicast over IPv6 next hops
        '0600' + // extended messages
        '41040000fde8' + // AS 65000
        '4904026e3700', // n7
    );
  });

  it('says AS_TRANS for an AS that needs four octets', () => {
    expect(openOf({ ...SETTINGS, localASN: 4_200_000_000 }).asn).toBe(23456);
  });

  it('leaves out what does not apply', () => {
    const kinds = openOf({ ...SETTINGS, families: ['ipv6-unicast'], hostName: '' }).capabilities.map(
      ({ kind }) => kind,
    );
    expect(kinds).not.toContain('extended-next-hop');
    expect(kinds).not.toContain('fqdn');
  });
});

describe('the peer’s OPEN', () => {
  it.each<[string, Partial<Open>, Partial<SessionSettings>, string]>([
    ['the AS configured', {}, {}, 'ok'],
    ['another AS', {}, { peerASN: 65002 }, '2/2 AS 65001'],
    ['an external AS', {}, { peerASN: 'external' }, 'ok'],
    ['our AS where an external one is due', {}, { localASN: 65001, peerASN: 'external' }, '2/2 AS 65001'],
    ['our AS where it is due', {}, { localASN: 65001, peerASN: 'internal' }, 'ok'],
    ['an external AS where ours is due', {}, { peerASN: 'internal' }, '2/2 AS 65001'],
    ['two octets only', { capabilities: without('four-octet-as') }, {}, 'ok'],
    ['two octets only, wrong', { asn: 7, capabilities: without('four-octet-as') }, {}, '2/2 AS 7'],
    ['AS_TRANS and a wide AS', { asn: 23456, capabilities: [as4(70_000)] }, { peerASN: 70_000 }, 'ok'],
    ['AS_TRANS and a narrow AS', { asn: 23456, capabilities: [as4(65001)] }, {}, 'ok'],
    ['two different ASs', { asn: 65002, capabilities: [as4(65001)] }, {}, '2/2 AS 65001'],
    ['AS_TRANS itself', { asn: 23456, capabilities: [] }, { peerASN: 'external' }, '2/2 AS 23456'],
    ['our router id, external', { routerId: SETTINGS.routerId }, {}, 'ok'],
    [
      'our router id, internal',
      { routerId: SETTINGS.routerId },
      { localASN: 65001, peerASN: 'internal' },
      '2/3 identifier 10.0.0.7',
    ],
    ['no capability at all', { capabilities: [] }, {}, 'ok'],
    [
      'no capability at all, IPv6 only here',
      { capabilities: [] },
      { families: ['ipv6-unicast'] },
      '2/7 Multiprotocol Extensions ipv6-unicast',
    ],
    [
      'a family we do not speak',
      { capabilities: [{ kind: 'multiprotocol', afi: 25, safi: 70 }] },
      {},
      '2/7 Multiprotocol Extensions ipv4-unicast, Multiprotocol Extensions ipv6-unicast',
    ],
  ])('with %s', (_, change, settings, expected) => {
    expect(verdict(change, settings)).toBe(expected);
  });
});

describe('what is negotiated', () => {
  it('is the lower hold time, and keepalives within a third of it', () => {
    expect(agreed({ holdTime: 6 })).toMatchObject({ holdTime: 6, keepaliveTime: 2 });
    expect(agreed({ holdTime: 180 }, { holdTime: 90, keepaliveTime: 10 })).toMatchObject({
      holdTime: 90,
      keepaliveTime: 10,
    });
    expect(agreed({ holdTime: 0 })).toMatchObject({ holdTime: 0, keepaliveTime: 0 });
    expect(agreed({}, { holdTime: 0 })).toMatchObject({ holdTime: 0, keepaliveTime: 0 });
  });

  it('is the families both have, in our order', () => {
    expect(agreed().families).toEqual(['ipv4-unicast', 'ipv6-unicast']);
    expect(agreed({ capabilities: multiprotocol(2) }).families).toEqual(['ipv6-unicast']);
    expect(agreed({ capabilities: [] }).families).toEqual(['ipv4-unicast']);
  });

  it('is nothing the peer did not offer', () => {
    expect(agreed({ capabilities: [] })).toMatchObject({
      peerASN: 65001,
      fourOctetAs: false,
      routeRefresh: false,
      enhancedRouteRefresh: false,
      extendedMessage: false,
      extendedNextHop: [],
      peerHostName: '',
    });
  });

  it('allows IPv6 next hops only for families in use', () => {
    const entries = [{ afi: 1, safi: 1, nextHopAfi: 2 }];
    const capabilities: Capability[] = [...multiprotocol(2), { kind: 'extended-next-hop', entries }];
    expect(agreed({ capabilities }).extendedNextHop).toEqual([]);
    expect(agreed({ capabilities: [...multiprotocol(1), ...capabilities] }).extendedNextHop).toEqual([
      'ipv4-unicast',
    ]);
  });

  it('decides how the wire is read', () => {
    expect(wireContext(agreed())).toEqual({ fourOctetAs: true, maxMessageLength: 65_535, external: true });
    expect(wireContext(agreed({ capabilities: [] }, { localASN: 65001 }))).toEqual({
      fourOctetAs: false,
      maxMessageLength: 4096,
      external: false,
    });
  });
});
