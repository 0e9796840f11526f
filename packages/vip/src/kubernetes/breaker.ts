import type { Evidence } from './intake.ts';
import type { ServiceWithholdReason } from './reasons.ts';
import type { ServiceVerdict } from './verdict.ts';
import { advertisedBy } from './verdict.ts';

/** Lists that must find the same before VIPs which are held are let go. */
export const CONFIRMATIONS = 3;

/** Milliseconds between these lists. */
export const CONFIRM_INTERVAL = 30_000;

/** Fewer VIPs than these are never held. */
const FEWEST = 3;

/**
 * What makes a loss believable by itself; `always` is for reasons that only a sane answer can give: something else
 * is there, or somebody wrote it down.
 */
const BELIEVED_BY: Readonly<Record<ServiceWithholdReason, readonly Evidence[] | 'always'>> = {
  deleted: ['service'],
  'not-load-balancer': ['service', 'settings'],
  'namespace-filtered': ['service', 'settings'],
  'class-mismatch': ['service', 'settings'],
  deleting: 'always',
  'no-advertisement': ['service', 'advertisements', 'settings'],
  'node-unknown': ['node', 'settings'],
  'node-excluded': 'always',
  'node-network-unavailable': 'always',
  'no-address': ['service', 'settings'],
  'address-pending': ['service', 'settings'],
  'address-invalid': ['service', 'settings'],
  'address-unfit': ['service', 'settings'],
  'address-proxied': ['service', 'settings'],
  'address-conflict': 'always',
  'no-endpoints': ['service'],
  'no-endpoints-of-family': ['service'],
  // Others serve it: this node is right to step back, and others take over.
  'no-local-endpoints': 'always',
};

const reasonFor = (verdict: ServiceVerdict, address: string): ServiceWithholdReason =>
  verdict.leftOut.find((each) => each.address === address)?.reason ??
  (verdict.advertised ? 'no-address' : verdict.reason);

/** True when the new verdict takes addresses away that were advertised, and nothing makes that believable. */
export const isSuspicious = (
  before: ServiceVerdict | undefined,
  after: ServiceVerdict,
  evidence: (kind: Evidence) => boolean,
): boolean => {
  const kept = advertisedBy(after);
  return advertisedBy(before).some((address) => {
    if (kept.includes(address)) return false;
    const believed = BELIEVED_BY[reasonFor(after, address)];
    return believed !== 'always' && !believed.some(evidence);
  });
};

/** Whether so many suspicious losses at once are too many: more than half of what is advertised, and at least three. */
export const isTooMuch = (losses: number, advertised: number): boolean =>
  losses >= FEWEST && losses * 2 > advertised;

/** What is said of a VIP that is held: all that was advertised, and what came to it. */
export const heldVerdict = (
  before: ServiceVerdict,
  after: ServiceVerdict,
  because: string,
): ServiceVerdict => {
  const { vip, object, uid, advertisements } = after;
  const addresses = [...new Set([...advertisedBy(before), ...advertisedBy(after)])];
  const about = {
    vip,
    object,
    uid: uid || before.uid,
    advertisements: advertisements ?? before.advertisements,
  };
  return { ...about, advertised: true, reason: 'held', because, addresses, leftOut: [] };
};
