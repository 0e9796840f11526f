import type { AdvertiseReason, LeftOut, Said, Verdict } from './conclusion.ts';
import { drainBecause } from './drain.ts';
import { ownerOf } from './holders.ts';
import type { Turn, Vip } from './state.ts';

/** A verdict, and the addresses that it is about. */
export type Wish = Verdict & { readonly addresses: readonly string[]; readonly leftOut: readonly LeftOut[] };

/** What was said before a drain; what a drain has hidden is taken for granted. */
const reasonBefore = (said: Said | null, otherwise: AdvertiseReason): AdvertiseReason =>
  said?.advertised && said.reason !== 'draining' ? said.reason : otherwise;

const wishOfStatic = ({ healthCheck, health, said }: Vip): Verdict => {
  if (healthCheck === null)
    return { advertised: true, reason: 'configured', because: 'configured without a health check' };
  const { because } = health;
  switch (health.verdict) {
    case 'healthy':
      return { advertised: true, reason: 'healthy', because };
    case 'assumed':
      return { advertised: true, reason: reasonBefore(said, 'configured'), because };
    case 'unhealthy':
      return { advertised: false, reason: 'unhealthy', because };
    case 'unknown':
    case 'forgotten':
      return { advertised: false, reason: 'health-unknown', because };
  }
};

const ofVerdict = (verdict: Verdict, about: Pick<Wish, 'addresses' | 'leftOut'>): Wish => {
  const { because } = verdict;
  return verdict.advertised
    ? { advertised: true, reason: verdict.reason, because, ...about }
    : { advertised: false, reason: verdict.reason, because, ...about };
};

const NOT_SYNCED: Verdict = {
  advertised: false,
  reason: 'not-synced',
  because: 'the cluster has not been heard since the restart',
};

/** What was said before a restart, without what a drain or an operator has hidden of it. */
const saidBefore = (said: Said | null): Verdict => {
  if (said === null || said.reason === 'drained' || said.reason === 'operator-withdrew') return NOT_SYNCED;
  return said.advertised ? { ...said, reason: reasonBefore(said, 'endpoints') } : said;
};

/** What Kubernetes said; after a restart, what was said before, until it says more. */
const wishOfService = ({ service, said, addresses }: Vip): Wish => {
  const verdict = service?.verdict;
  if (!verdict) return ofVerdict(saidBefore(said), { addresses, leftOut: said?.leftOut ?? [] });
  return ofVerdict(verdict, { addresses: verdict.addresses, leftOut: verdict.leftOut });
};

/** Addresses that the configuration or an operator has are left to them. */
const afterConflicts = (turn: Turn, wish: Wish): Wish => {
  if (!wish.advertised) return wish;
  const [addresses, leftOut]: [string[], LeftOut[]] = [[], [...wish.leftOut]];
  for (const address of wish.addresses) {
    const owner = ownerOf(turn, address);
    const because = `${address} belongs to the ${owner?.source === 'operator' ? 'operator’s' : 'configured'} VIP ${owner?.name}`;
    if (owner === undefined) addresses.push(address);
    else leftOut.push({ address, reason: 'address-conflict', because });
  }
  if (addresses.length === wish.addresses.length) return wish;
  if (addresses.length > 0) return { ...wish, addresses, leftOut };
  return {
    advertised: false,
    reason: 'address-conflict',
    because: leftOut.at(-1)?.because ?? '',
    addresses: wish.addresses,
    leftOut: wish.leftOut,
  };
};

/** While the node drains, what is advertised goes on for a while, less preferred; nothing new begins. */
const underDrain = ({ drain }: Turn, said: Said | null, wish: Wish): Wish => {
  if (drain.phase === 'none' || !wish.advertised) return wish;
  const { addresses, leftOut } = wish;
  const about = { because: drainBecause(drain), addresses, leftOut };
  return drain.phase === 'draining' && said?.advertised
    ? { ...about, advertised: true, reason: 'draining' }
    : { ...about, advertised: false, reason: 'drained' };
};

/** The verdict before binding: the operator's word, then what is behind the VIP; the node's drain above both. */
export const wishFor = (turn: Turn, vip: Vip): Wish => {
  const { word, addresses, said, source } = vip;
  const about = { addresses, leftOut: [] };
  if (word?.kind === 'withdrawn')
    return { advertised: false, reason: 'operator-withdrew', because: word.because, ...about };
  if (word?.kind === 'announced')
    return underDrain(turn, said, {
      advertised: true,
      reason: 'operator-announced',
      because: word.because,
      ...about,
    });
  return underDrain(
    turn,
    said,
    source === 'kubernetes' ? afterConflicts(turn, wishOfService(vip)) : { ...wishOfStatic(vip), ...about },
  );
};
