import {
  type Address,
  formatAddress,
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseAddress,
  unmapIPv4,
} from '@vipcast/net';
import type { Book } from './book.ts';
import { UNKNOWN } from './health.ts';
import { remove, settle } from './settle.ts';
import type { Turn, Vip } from './state.ts';

/** Kinds of addresses that are nobody's service address. */
const UNFIT: readonly (readonly [(address: Address) => boolean, string])[] = [
  [isUnspecified, 'is the unspecified address'],
  [isLoopback, 'is a loopback address'],
  [isLinkLocal, 'is a link-local address'],
  [isMulticast, 'is a multicast address'],
  [(address) => address.version === 4 && address.w0 === -1, 'is the broadcast address'],
];

/** An address of an operator's wish: its canonical text, or why it is none. `/32` and `/128` say nothing new. */
const readAddress = (text: string): { readonly address: string } | { readonly because: string } => {
  const [host = '', length, ...rest] = text.split('/');
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0)
    return { because: `${JSON.stringify(text)} is not an IPv4 or IPv6 address` };
  if (length !== undefined && length !== (address.version === 4 ? '32' : '128'))
    return { because: `${text} is not a single address` };
  if (isIPv4Mapped(address))
    return { because: `${host} is IPv4-mapped: write ${formatAddress(unmapIPv4(address))}` };
  const unfit = UNFIT.find(([is]) => is(address));
  return unfit ? { because: `${host} ${unfit[1]}` } : { address: formatAddress(address) };
};

const indexByAddress = (vips: Book<Vip>): ReadonlyMap<string, readonly Vip[]> => {
  const index = new Map<string, Vip[]>();
  for (const vip of vips.values()) {
    for (const address of vip.addresses) {
      const holders = index.get(address);
      if (holders) holders.push(vip);
      else index.set(address, [vip]);
    }
  }
  return index;
};

/** Grants a wish for one address to the VIPs that held it before, or says why not. */
type Grant = (turn: Turn, address: string, holders: readonly Vip[], by: string) => string | undefined;

const isWithdrawn = ({ word }: Vip): boolean => word?.kind === 'withdrawn';

/** Lifts a withdrawal. What was said no longer stands, so that the answer is a conclusion even if it is a no. */
const lift = (turn: Turn, name: string): void => {
  const vip = turn.vips.get(name);
  if (vip && isWithdrawn(vip)) settle(turn, { ...vip, word: null, said: null });
};

const announceOne: Grant = (turn, address, holders, by) => {
  const withdrawn = holders.filter(isWithdrawn);
  if (withdrawn.length > 0) {
    for (const { name } of withdrawn) lift(turn, name);
    return undefined;
  }
  const [holder] = holders;
  if (holder?.source === 'operator') return `${address} is announced already: ${holder.word?.because}`;
  if (holder) return `${address} belongs to the configured VIP ${holder.name}, which no operator withdrew`;
  if (turn.vips.get(address)) return `a configured VIP has the name ${address}`;
  settle(turn, {
    name: address,
    source: 'operator',
    addresses: [address],
    healthCheck: null,
    bind: null,
    word: { kind: 'announced', because: `${by} announced ${address}` },
    health: UNKNOWN,
    said: null,
    holds: [],
  });
  return undefined;
};

const withdrawOne: Grant = (turn, address, holders, by) => {
  const standing = holders.filter((vip) => !isWithdrawn(vip));
  const because = `${by} withdrew ${address}`;
  for (const { name } of standing) {
    const vip = turn.vips.get(name);
    if (vip?.source === 'operator') remove(turn, vip, 'operator-withdrew', because);
    else if (vip && !isWithdrawn(vip)) settle(turn, { ...vip, word: { kind: 'withdrawn', because } });
  }
  if (standing.length > 0) return undefined;
  const [holder] = holders;
  return holder ? `${address} is withdrawn already: ${holder.word?.because}` : `no VIP here has ${address}`;
};

/**
 * Grants an operator's wish. Each address stands for itself: those that cannot be granted are refused together,
 * the others are granted.
 */
export const grant = (
  turn: Turn,
  kind: 'announce' | 'withdraw',
  addresses: readonly string[],
  by: string,
): void => {
  const index = indexByAddress(turn.vips);
  const grantOne = kind === 'announce' ? announceOne : withdrawOne;
  const refusals: string[] = [];
  const seen = new Set<string>();
  for (const text of addresses) {
    const read = readAddress(text);
    if ('because' in read) {
      refusals.push(read.because);
      continue;
    }
    if (seen.has(read.address)) continue;
    seen.add(read.address);
    const refusal = grantOne(turn, read.address, index.get(read.address) ?? [], by);
    if (refusal !== undefined) refusals.push(refusal);
  }
  if (refusals.length > 0) turn.conclusions.push({ type: 'Refused', because: refusals.join('; ') });
};
