import { formatAddress, parseAddress } from '@vipcast/net';
import { unfitAddress } from './fitness.ts';
import { UNKNOWN } from './health.ts';
import { remove, settle } from './settle.ts';
import type { Turn, Vip } from './state.ts';

/** An address of an operator's wish: its canonical text, or why it is none. `/32` and `/128` say nothing new. */
const readAddress = (text: string): { readonly address: string } | { readonly because: string } => {
  const [host = '', length, ...rest] = text.split('/');
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0)
    return { because: `${JSON.stringify(text)} is not an IPv4 or IPv6 address` };
  if (length !== undefined && length !== (address.version === 4 ? '32' : '128'))
    return { because: `${text} is not a single address` };
  const unfit = unfitAddress(address);
  return unfit === undefined ? { address: formatAddress(address) } : { because: `${host} ${unfit}` };
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
  if (holder) {
    const owner = holder.service?.object ?? `the configured VIP ${holder.name}`;
    return `${address} belongs to ${owner}, which no operator withdrew`;
  }
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
    service: null,
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
  const grantOne = kind === 'announce' ? announceOne : withdrawOne;
  // As they were: two addresses of one VIP are one wish.
  const { holders: index, vips } = turn.before;
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
    const holders = (index.get(read.address) ?? []).flatMap((name) => vips.get(name) ?? []);
    const refusal = grantOne(turn, read.address, holders, by);
    if (refusal !== undefined) refusals.push(refusal);
  }
  if (refusals.length > 0) turn.conclusions.push({ type: 'Refused', because: refusals.join('; ') });
};
