import type { RecordedFact } from '@vipcast/events';
import { type Address, parseAddress } from '@vipcast/net';
import type { RibInput } from '@vipcast/rib';

/** The addresses in a fact. */
export const addresses = (texts: readonly string[]): Address[] =>
  texts.map(parseAddress).filter((address) => address !== undefined);

/** What a fact about a VIP changes in a RIB. */
export const vipChange = (
  fact: RecordedFact<'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld'>,
): RibInput => {
  const { vip, advertisements } = fact.data;
  if (fact.type !== 'vip.Advertised') return { type: 'VipChanged', vip, addresses: [] };
  return {
    type: 'VipChanged',
    vip,
    addresses: addresses(fact.data.addresses),
    draining: fact.data.reason === 'draining',
    ...(advertisements && { advertisements }),
  };
};
