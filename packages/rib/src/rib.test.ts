import { type Address, type Family, formatPrefix, parseAddress, parsePrefix } from '@vipcast/net';
import { decodeMessage, type Message, parseCommunity, type Update } from '@vipcast/wire';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  applyToRib,
  createRib,
  drain,
  isDirty,
  type PeerSession,
  type PolicyRule,
  type PolicySet,
  type Rib,
} from './index.ts';

const address = (text: string): Address => parseAddress(text) as Address;
const IPV4 = 'ipv4-unicast';
const IPV6 = 'ipv6-unicast';
const wire = { fourOctetAs: true, external: true, maxMessageLength: 4096 };
const toExternal: PeerSession = {
  localASN: 65000,
  external: true,
  families: [IPV4, IPV6],
  enhancedRouteRefresh: false,
  wire,
};
const NOTHING_SET: PolicySet = {
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  localPref: null,
  med: null,
  prepend: 0,
  nextHop: null,
};
const rule = (
  match: Partial<PolicyRule['match']>,
  set: Partial<PolicySet> = {},
  action: PolicyRule['action'] = 'accept',
): PolicyRule => ({
  match: { vips: null, peers: null, families: null, prefixes: null, ...match },
  action,
  set: { ...NOTHING_SET, ...set },
});

/** A router made of the codec alone: what it would hold after the messages it was sent. */
const router = (external = true) => {
  const table = new Map<string, { nextHop: Address; update: Update }>();
  const log: string[] = [];
  const hear = (message: Message): void => {
    if (message.type === 'route-refresh') log.push(`refresh ${message.subtype}`);
    if (message.type !== 'update') return;
    const gone = [...message.withdrawn];
    let heard = 0;
    for (const attribute of message.attributes) {
      if (attribute.kind === 'mp-unreach') gone.push(...attribute.prefixes);
      const routes =
        attribute.kind === 'mp-reach'
          ? attribute
          : { prefixes: attribute.kind === 'next-hop' ? message.announced : [] };
      const nextHop =
        attribute.kind === 'mp-reach'
          ? attribute.nextHops[0]
          : attribute.kind === 'next-hop'
            ? attribute.address
            : undefined;
      for (const prefix of routes.prefixes)
        table.set(formatPrefix(prefix), { nextHop: nextHop as Address, update: message });
      heard += routes.prefixes.length;
    }
    for (const prefix of gone) table.delete(formatPrefix(prefix));
    log.push(heard > 0 ? `announce ${heard}` : gone.length > 0 ? `withdraw ${gone.length}` : 'end-of-rib');
  };
  return {
    table,
    hear: (messages: readonly Uint8Array[]): string[] => {
      log.length = 0;
      for (const bytes of messages) {
        const decoded = decodeMessage(bytes, { ...wire, external });
        if (!decoded.ok) throw new Error(decoded.error.message);
        hear(decoded.value);
      }
      return [...log];
    },
  };
};

let rib: Rib;
let tor: ReturnType<typeof router>;
const vip = (name: string, ...addresses: string[]): void =>
  applyToRib(rib, { type: 'VipChanged', vip: name, addresses: addresses.map(address) });
const up = (session: PeerSession = toExternal): void =>
  applyToRib(rib, { type: 'SessionUp', peer: 'tor1', session });
const nextHop = (family: Family, ...texts: string[]): void =>
  applyToRib(rib, {
    type: 'NextHopDecided',
    peer: 'tor1',
    family,
    nextHop: { addresses: texts.map(address) },
  });
const bothNextHops = (): void => {
  nextHop(IPV4, '10.0.0.7');
  nextHop(IPV6, '2001:db8::7');
};
const flush = (): string[] => tor.hear(drain(rib, 'tor1').messages);

beforeEach(() => {
  rib = createRib();
  tor = router();
});

describe('a first table', () => {
  it('goes out when the next hop is decided, each family ended by its End-of-RIB', () => {
    vip('web', '192.0.2.10', '2001:db8:1::10');
    up();
    expect(flush()).toEqual([]);
    nextHop(IPV4, '10.0.0.7');
    expect(flush()).toEqual(['announce 1', 'end-of-rib']);
    nextHop(IPV6, '2001:db8::7');
    expect(flush()).toEqual(['announce 1', 'end-of-rib']);
    expect(tor.table.get('2001:db8:1::10/128')?.nextHop).toEqual(address('2001:db8::7'));
    expect(isDirty(rib, 'tor1')).toBe(false);
  });

  it('has IPv4 routes outside MP_REACH_NLRI when their next hop is IPv4, and only then', () => {
    vip('web', '192.0.2.10');
    up();
    const kinds = (): readonly string[] =>
      tor.table.get('192.0.2.10/32')!.update.attributes.map(({ kind }) => kind);
    bothNextHops();
    flush();
    expect(kinds()).toEqual(['origin', 'as-path', 'next-hop']);
    nextHop(IPV4, '2001:db8::7');
    flush();
    expect(kinds()).toEqual(['mp-reach', 'origin', 'as-path']);
    vip('web');
    const [withdrawal] = drain(rib, 'tor1').messages;
    // RFC 4271 §4.3: a withdrawn-routes length of 5, then a /32.
    expect([...withdrawal!.subarray(19)]).toEqual([0, 5, 32, 192, 0, 2, 10, 0, 0]);
  });

  it('is an End-of-RIB alone when there is nothing to say', () => {
    up();
    bothNextHops();
    expect(flush()).toEqual(['end-of-rib', 'end-of-rib']);
  });

  it('starts again after the session was lost', () => {
    vip('web', '192.0.2.10');
    up();
    bothNextHops();
    flush();
    applyToRib(rib, { type: 'SessionDown', peer: 'tor1' });
    expect(flush()).toEqual([]);
    up();
    bothNextHops();
    expect(flush()).toEqual(['announce 1', 'end-of-rib', 'end-of-rib']);
  });

  it('fills UPDATEs to the limit: 10,000 dual-stack VIPs in 13 and 43', () => {
    for (let i = 0; i < 10_000; i++) vip(`v${i}`, `10.1.${i >> 8}.${i & 255}`, `2001:db8::${i.toString(16)}`);
    up();
    bothNextHops();
    const log = flush();
    expect(log.filter((line) => line === 'announce 810')).toHaveLength(12);
    expect(log.filter((line) => line.startsWith('announce'))).toHaveLength(13 + 43);
    expect(tor.table.size).toBe(20_000);
  });
});

describe('changes', () => {
  beforeEach(() => {
    vip('web', '192.0.2.10', '2001:db8:1::10');
    up();
    bothNextHops();
    flush();
  });

  it('say only what differs', () => {
    vip('web', '192.0.2.10', '2001:db8:1::10');
    expect(flush()).toEqual([]);
    vip('web', '192.0.2.10', '192.0.2.11');
    expect(flush()).toEqual(['withdraw 1', 'announce 1']);
    expect([...tor.table.keys()]).toEqual(['192.0.2.10/32', '192.0.2.11/32']);
  });

  it('that cancel out before a drain say nothing', () => {
    vip('web');
    vip('web', '192.0.2.10', '2001:db8:1::10');
    expect(flush()).toEqual([]);
  });

  it('send withdrawals first', () => {
    vip('dns', '192.0.2.53');
    vip('web');
    expect(flush()).toEqual(['withdraw 1', 'withdraw 1', 'announce 1']);
  });

  it('keep a prefix for as long as one VIP has it', () => {
    vip('web2', '192.0.2.10');
    vip('web');
    expect(flush()).toEqual(['withdraw 1']);
    expect(tor.table.has('192.0.2.10/32')).toBe(true);
    vip('web2');
    expect(flush()).toEqual(['withdraw 1']);
  });

  it('of one next hop re-announce one family', () => {
    nextHop(IPV6, '2001:db8::8');
    expect(flush()).toEqual(['announce 1']);
    nextHop(IPV6, '2001:db8::8');
    expect(flush()).toEqual([]);
  });

  it('withdraw a family that loses its next hop, and say why once', () => {
    const gone = {
      type: 'NextHopDecided',
      peer: 'tor1',
      family: IPV6,
      nextHop: { refused: 'no-candidate' },
    } as const;
    applyToRib(rib, gone);
    const { messages, conclusions } = drain(rib, 'tor1');
    expect(tor.hear(messages)).toEqual(['withdraw 1']);
    expect(conclusions.at(-1)).toMatchObject({ type: 'Refused', refusal: { detail: 'no-candidate' } });
    applyToRib(rib, gone);
    expect(drain(rib, 'tor1').conclusions).toEqual([]);
    nextHop(IPV6, '2001:db8::9');
    expect(flush()).toEqual(['announce 1']);
  });
});

describe('a refresh', () => {
  beforeEach(() => vip('web', '192.0.2.10', '2001:db8:1::10'));

  it('says one family again', () => {
    up();
    bothNextHops();
    flush();
    applyToRib(rib, { type: 'RefreshRequested', peer: 'tor1', family: IPV6 });
    expect(flush()).toEqual(['announce 1']);
  });

  it('is marked at both ends when negotiated', () => {
    up({ ...toExternal, enhancedRouteRefresh: true });
    bothNextHops();
    flush();
    applyToRib(rib, { type: 'RefreshRequested', peer: 'tor1', family: IPV4 });
    expect(flush()).toEqual(['refresh 1', 'announce 1', 'refresh 2']);
  });

  it('still withdraws what goes while it is due', () => {
    up();
    bothNextHops();
    flush();
    applyToRib(rib, { type: 'RefreshRequested', peer: 'tor1', family: IPV4 });
    vip('web');
    expect(flush()).toEqual(['withdraw 1', 'withdraw 1']);
    expect(tor.table.size).toBe(0);
  });
});

describe('policy', () => {
  const policy = (...rules: PolicyRule[]): void => applyToRib(rib, { type: 'PolicyChanged', rules });
  const attributes = (prefix: string): Update['attributes'] => tor.table.get(prefix)?.update.attributes ?? [];
  beforeEach(() => {
    vip('web', '192.0.2.10', '2001:db8:1::10');
    vip('secret', '198.51.100.1');
    up();
    bothNextHops();
  });

  it('rejects, with the rule as the reason', () => {
    policy(rule({ vips: ['secret'] }, {}, 'reject'));
    const { messages, conclusions } = drain(rib, 'tor1');
    tor.hear(messages);
    expect(tor.table.has('198.51.100.1/32')).toBe(false);
    expect(conclusions).toContainEqual({
      type: 'Refused',
      family: IPV4,
      prefixes: ['198.51.100.1/32'],
      refusal: { reason: 'policy', detail: 'rejected by policy[0]' },
    });
  });

  it('lets the first match decide', () => {
    policy(rule({ families: [IPV6] }, { med: 50 }), rule({ vips: ['web'] }, { med: 60, prepend: 2 }));
    flush();
    expect(attributes('2001:db8:1::10/128')).toContainEqual({ kind: 'med', med: 50 });
    expect(attributes('192.0.2.10/32')).toContainEqual({
      kind: 'as-path',
      segments: [{ kind: 'sequence', asns: [65000, 65000, 65000] }],
    });
    expect(attributes('198.51.100.1/32').some(({ kind }) => kind === 'med')).toBe(false);
  });

  it('matches by prefix and sets communities and next hop', () => {
    const community = parseCommunity('no-export') as number;
    policy(
      rule(
        { prefixes: [parsePrefix('192.0.2.0/24') as never], peers: ['tor1'] },
        { communities: [community], nextHop: address('10.9.9.9') },
      ),
    );
    flush();
    expect(attributes('192.0.2.10/32')).toContainEqual({ kind: 'communities', communities: [0xffffff01] });
    expect(tor.table.get('192.0.2.10/32')?.nextHop).toEqual(address('10.9.9.9'));
    expect(tor.table.get('198.51.100.1/32')?.nextHop).toEqual(address('10.0.0.7'));
  });

  it('sets a next hop where none could be resolved', () => {
    flush();
    const none = { refused: 'no-candidate' };
    applyToRib(rib, { type: 'NextHopDecided', peer: 'tor1', family: IPV6, nextHop: none });
    expect(flush()).toEqual(['withdraw 1']);
    policy(rule({ families: [IPV6] }, { nextHop: address('2001:db8::99') }));
    expect(flush()).toEqual(['announce 1']);
    expect(tor.table.get('2001:db8:1::10/128')?.nextHop).toEqual(address('2001:db8::99'));
  });

  it('that changes nothing for a route says nothing about it', () => {
    flush();
    policy(rule({ vips: ['web'], families: [IPV4] }, { med: 1 }));
    expect(flush()).toEqual(['announce 1']);
    policy(rule({ peers: ['other'] }, { med: 9 }), rule({ vips: ['web'], families: [IPV4] }, { med: 1 }));
    expect(flush()).toEqual([]);
    policy();
    expect(flush()).toEqual(['announce 1']);
  });
});

describe('audiences', () => {
  it('give LOCAL_PREF and an empty path to internal peers', () => {
    tor = router(false);
    vip('web', '192.0.2.10');
    up({ ...toExternal, external: false, wire: { ...wire, external: false } });
    bothNextHops();
    flush();
    expect(tor.table.get('192.0.2.10/32')?.update.attributes).toEqual(
      expect.arrayContaining([
        { kind: 'as-path', segments: [] },
        { kind: 'local-pref', localPref: 100 },
      ]),
    );
  });

  it('hear nothing of a family they did not negotiate', () => {
    vip('web', '192.0.2.10', '2001:db8:1::10');
    up({ ...toExternal, families: [IPV4] });
    nextHop(IPV4, '10.0.0.7');
    const { messages, conclusions } = drain(rib, 'tor1');
    expect(tor.hear(messages)).toEqual(['announce 1', 'end-of-rib']);
    expect(conclusions.at(-1)).toMatchObject({
      type: 'Refused',
      prefixes: ['2001:db8:1::10/128'],
      refusal: { reason: 'family-not-negotiated' },
    });
  });
});

describe('any history', () => {
  it('leaves the router with exactly the advertised addresses', () => {
    const names = ['a', 'b', 'c'];
    const pool = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2'];
    const change = fc.oneof(
      fc.record({ vip: fc.constantFrom(...names), addresses: fc.uniqueArray(fc.constantFrom(...pool)) }),
      fc.constantFrom('drain', 'flap', 'refresh', 'reject', 'accept'),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        rib = createRib();
        tor = router();
        const wished = new Map<string, string[]>();
        const connect = (): void => {
          tor.table.clear();
          up();
          bothNextHops();
        };
        connect();
        for (const each of changes) {
          if (typeof each === 'object') {
            wished.set(each.vip, each.addresses);
            vip(each.vip, ...each.addresses);
          }
          if (each === 'drain') flush();
          if (each === 'flap') connect();
          if (each === 'refresh') applyToRib(rib, { type: 'RefreshRequested', peer: 'tor1', family: IPV4 });
          if (each === 'reject')
            applyToRib(rib, { type: 'PolicyChanged', rules: [rule({ vips: ['a'] }, {}, 'reject')] });
          if (each === 'accept') applyToRib(rib, { type: 'PolicyChanged', rules: [] });
        }
        applyToRib(rib, { type: 'PolicyChanged', rules: [] });
        flush();
        const expected = new Set([...wished.values()].flat());
        expect([...tor.table.keys()].map((text) => text.split('/')[0]).sort()).toEqual([...expected].sort());
        expect(isDirty(rib, 'tor1')).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('peers that are to hear the same', () => {
  const drainOf = (peer: string, session: PeerSession, hop = '2001:db8::7'): readonly Uint8Array[] => {
    applyToRib(rib, { type: 'SessionUp', peer, session });
    applyToRib(rib, { type: 'NextHopDecided', peer, family: IPV6, nextHop: { addresses: [address(hop)] } });
    return drain(rib, peer).messages;
  };
  const ofIPv6: PeerSession = { ...toExternal, families: [IPV6] };

  it('get the same bytes, packed once', () => {
    vip('web', '2001:db8::1');
    const [first] = drainOf('tor1', ofIPv6);
    expect(drainOf('tor2', { ...ofIPv6, wire: { ...wire } })[0]).toBe(first);
    vip('web');
    const [withdrawal] = drain(rib, 'tor1').messages;
    expect(drain(rib, 'tor2').messages[0]).toBe(withdrawal);
  });

  it.each([
    ['their next hop', ofIPv6, '2001:db8::8'],
    ['AS numbers of two bytes', { ...ofIPv6, wire: { ...wire, fourOctetAs: false } }, undefined],
    ['longer messages', { ...ofIPv6, wire: { ...wire, maxMessageLength: 65_535 } }, undefined],
    ['being internal', { ...ofIPv6, external: false, wire: { ...wire, external: false } }, undefined],
  ])('get others where they differ by %s', (_, session, hop) => {
    vip('web', '2001:db8::1');
    const [first] = drainOf('tor1', ofIPv6);
    expect(drainOf('tor2', session, hop)[0]).not.toBe(first);
  });

  it('get others where they have heard something else', () => {
    vip('web', '2001:db8::1');
    drainOf('tor1', ofIPv6);
    vip('db', '2001:db8::2');
    expect(tor.hear(drain(rib, 'tor1').messages)).toEqual(['announce 1']);
    expect(router().hear(drainOf('tor2', ofIPv6))).toEqual(['announce 2', 'end-of-rib']);
  });
});
