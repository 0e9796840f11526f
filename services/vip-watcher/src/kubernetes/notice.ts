import { apiVersionOf, type InvolvedObject, type Notice, SERVICES } from '@vipcast/kubernetes';
import type { Conclusion, LeftOut } from '@vipcast/vip';

/** What is concluded about a VIP. */
export type VipConclusion = Extract<Conclusion, { readonly vip: string }>;

/** Services that are somebody else's business: to tell each of them so from each node would be a nuisance. */
const NOT_OURS: readonly string[] = ['class-mismatch', 'namespace-filtered', 'not-synced'];

/** Reasons that somebody may want to do something about. */
const WARNINGS: readonly string[] = [
  'held',
  'no-advertisement',
  'node-unknown',
  'node-network-unavailable',
  'address-invalid',
  'address-unfit',
  'address-conflict',
  'no-endpoints',
  'no-endpoints-of-family',
];

const VERBS = { Advertised: 'advertises', Withdrawn: 'withdraws', Withheld: 'does not advertise' } as const;

/** `no-local-endpoints` as `NoLocalEndpoints`. */
const camelCase = (reason: string): string =>
  reason.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const without = (leftOut: readonly LeftOut[]): string =>
  leftOut.map(({ address, because }) => `; not ${address}: ${because}`).join('');

/** The Service of a VIP that has this uid. */
const objectOf = (vip: string, uid: string): InvolvedObject => {
  const [namespace = '', name = ''] = vip.split('/');
  return { apiVersion: apiVersionOf(SERVICES), kind: SERVICES.kind, namespace, name, uid };
};

/**
 * What to tell at the Service of a VIP; `undefined` where there is nothing to tell, or no Service to tell it at. A Service
 * that is left alone because Kubernetes was disabled is told nothing: nobody speaks to the API server any more.
 * @param uid of the Service; `undefined` when it is not known, or is no more
 */
export const noticeOf = (
  conclusion: VipConclusion,
  node: string,
  uid: string | undefined,
): Notice | undefined => {
  const { type, vip, source, reason, because, addresses, leftOut = [] } = conclusion;
  if (source !== 'kubernetes' || !uid || reason === 'removed-from-config') return undefined;
  if (type === 'Withheld' && NOT_OURS.includes(reason)) return undefined;
  const troubles = [reason, ...leftOut.map((each) => each.reason)];
  const what = addresses.length === 0 ? 'it' : addresses.join(', ');
  return {
    object: objectOf(vip, uid),
    type: troubles.some((each) => WARNINGS.includes(each)) ? 'Warning' : 'Normal',
    reason: camelCase(reason),
    message: `${node} ${VERBS[type]} ${what}: ${because}${without(leftOut)}`,
  };
};
