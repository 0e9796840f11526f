import { type Address, parseAddress } from '@vipcast/net';
import { beforeEach, expect, it } from 'vitest';
import { type AdvertisementRule, applyToRib, createRib, drain, type PolicySet, type Rib } from './index.ts';

const address = (text: string): Address => parseAddress(text) as Address;
const SET: PolicySet = {
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  localPref: null,
  med: null,
  prepend: 0,
  nextHop: null,
};
const advertisement = (name: string, set: Partial<PolicySet> = {}, peers: readonly string[] | null = null) =>
  ({ name, peers, families: null, set: { ...SET, ...set } }) satisfies AdvertisementRule;

let rib: Rib;
const SESSION = {
  localASN: 65000,
  external: true,
  families: ['ipv4-unicast'],
  enhancedRouteRefresh: false,
  wire: { fourOctetAs: true, external: true, maxMessageLength: 4096 },
} as const;
const join = (peer: string): void => {
  applyToRib(rib, { type: 'SessionUp', peer, session: SESSION });
  const nextHop = { addresses: [address('10.0.0.7')] };
  applyToRib(rib, { type: 'NextHopDecided', peer, family: 'ipv4-unicast', nextHop });
};
const vip = (name: string, texts: string, advertisements?: readonly string[]): void =>
  applyToRib(rib, {
    ...{ type: 'VipChanged', vip: name, addresses: texts.split(' ').filter(Boolean).map(address) },
    ...(advertisements && { advertisements }),
  });
const policy = (...advertisements: readonly AdvertisementRule[]): void =>
  applyToRib(rib, { type: 'PolicyChanged', rules: [], advertisements });
const said = (peer = 'tor1'): string[] =>
  drain(rib, peer).conclusions.flatMap((conclusion) =>
    conclusion.prefixes.map((prefix) => {
      if (conclusion.type === 'Refused') return `refused ${prefix}: ${conclusion.refusal.detail}`;
      const med =
        conclusion.type === 'Announced' && conclusion.set.attributes.find(({ kind }) => kind === 'med');
      return `${conclusion.type} ${prefix}${med && med.kind === 'med' ? ` med ${med.med}` : ''}`;
    }),
  );

beforeEach(() => {
  rib = createRib();
  join('tor1');
});

it('a VIP that needs an advertisement waits for one that lets it go to the peer', () => {
  policy(advertisement('gold', {}, ['tor2']));
  vip('web', '192.0.2.1', ['gold']);
  vip('static', '192.0.2.2');
  expect(said()).toEqual([
    'Announced 192.0.2.2/32',
    'refused 192.0.2.1/32: no BGPAdvertisement lets it go to this peer',
  ]);
  policy(advertisement('gold', { med: 5 }));
  expect(said()).toEqual(['Announced 192.0.2.1/32 med 5']);
});

it('is said anew when another selects it, its addresses unchanged', () => {
  policy(advertisement('a', { med: 1 }), advertisement('b', { med: 2 }));
  vip('web', '192.0.2.1', ['b']);
  expect(said()).toEqual(['Announced 192.0.2.1/32 med 2']);
  vip('web', '192.0.2.1', ['b', 'a']);
  expect(said()).toEqual(['Announced 192.0.2.1/32 med 1']);
  vip('web', '192.0.2.1', []);
  expect(said()).toEqual([
    'Withdrawn 192.0.2.1/32',
    'refused 192.0.2.1/32: no BGPAdvertisement lets it go to this peer',
  ]);
  vip('web', '');
  expect(said()).toEqual([]);
});

it('an address that another VIP has too goes out for either', () => {
  policy(advertisement('gold'));
  vip('web', '192.0.2.1', []);
  vip('dns', '192.0.2.1', ['gold']);
  expect(said()).toEqual(['Announced 192.0.2.1/32']);
  vip('dns', '');
  expect(said()[0]).toBe('Withdrawn 192.0.2.1/32');
  vip('static', '192.0.2.1');
  expect(said()).toEqual(['Announced 192.0.2.1/32']);
});

it('nobody is told anything anew when the last advertisement goes before the VIPs know', () => {
  policy(advertisement('gold'));
  vip('web', '192.0.2.1', ['gold']);
  said();
  applyToRib(rib, { type: 'PolicyChanged', rules: [] });
  expect(said()).toEqual([]);
  vip('web', '192.0.2.1');
  expect(said()).toEqual([]);
});

it('of a VIP in two pools each peer hears the address that its advertisement has', () => {
  const from = (first: string, last: string) => [{ first: address(first), last: address(last) }];
  const office = { ...advertisement('office', {}, ['tor1']), addresses: from('192.0.2.0', '192.0.2.255') };
  const world = { ...advertisement('world', {}, ['tor2']), addresses: from('198.51.100.5', '198.51.100.6') };
  join('tor2');
  policy(office, world);
  vip('web', '192.0.2.1 198.51.100.5', ['office', 'world']);
  const kept = (prefix: string) => `refused ${prefix}: no BGPAdvertisement lets it go to this peer`;
  expect(said('tor1')).toEqual(['Announced 192.0.2.1/32', kept('198.51.100.5/32')]);
  expect(said('tor2')).toEqual(['Announced 198.51.100.5/32', kept('192.0.2.1/32')]);
  policy({ ...office, addresses: [] }, { ...world, addresses: null });
  expect(said('tor1')).toEqual(['Withdrawn 192.0.2.1/32', kept('192.0.2.1/32')]);
  expect(said('tor2')).toEqual(['Announced 192.0.2.1/32']);
});
