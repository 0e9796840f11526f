import { type Address, parseAddress } from '@vipcast/net';
import { expect, it } from 'vitest';
import { applyToRib, createRib, drain, type Rib } from './index.ts';

const GRACEFUL_SHUTDOWN = 0xffff_0000;
const address = (text: string): Address => parseAddress(text) as Address;

const ribWith = (external: boolean): Rib => {
  const rib = createRib();
  const wire = { fourOctetAs: true, external, maxMessageLength: 4096 };
  const families = ['ipv4-unicast'] as const;
  const session = { localASN: 65000, external, families, enhancedRouteRefresh: false, wire };
  applyToRib(rib, { type: 'SessionUp', peer: 'tor1', session });
  const nextHop = { addresses: [address('10.0.0.7')] };
  applyToRib(rib, { type: 'NextHopDecided', peer: 'tor1', family: 'ipv4-unicast', nextHop });
  return rib;
};

const vip = (rib: Rib, name: string, draining: boolean): void =>
  applyToRib(rib, { type: 'VipChanged', vip: name, addresses: [address('192.0.2.1')], draining });

const said = (rib: Rib): unknown[] =>
  drain(rib, 'tor1').conclusions.map((conclusion) =>
    conclusion.type === 'Announced'
      ? conclusion.set.attributes.flatMap((attribute): readonly (string | number)[] => {
          if (attribute.kind === 'communities') return attribute.communities;
          return attribute.kind === 'local-pref' ? [`localPref ${attribute.localPref}`] : [];
        })
      : conclusion.type,
  );

it('a VIP that drains carries GRACEFUL_SHUTDOWN until it no longer does (RFC 8326 §4)', () => {
  const rib = ribWith(true);
  vip(rib, 'web', false);
  expect(said(rib)).toEqual([[]]);
  vip(rib, 'web', true);
  expect(said(rib)).toEqual([[GRACEFUL_SHUTDOWN]]);
  vip(rib, 'web', false);
  expect(said(rib)).toEqual([[]]);
});

it('to internal peers it has the lowest LOCAL_PREF too', () => {
  const rib = ribWith(false);
  vip(rib, 'web', true);
  expect(said(rib)).toEqual([['localPref 0', GRACEFUL_SHUTDOWN]]);
});

it('an address that another VIP keeps is as preferred as ever', () => {
  const rib = ribWith(true);
  vip(rib, 'web', true);
  vip(rib, 'dns', false);
  expect(said(rib)).toEqual([[]]);
  vip(rib, 'dns', true);
  expect(said(rib)).toEqual([[GRACEFUL_SHUTDOWN]]);
});
