/**
 * Why a Service's VIP, or one of its addresses, is not advertised by this node. The first that applies is the reason:
 * what is wrong with the Service, then with the node, then with the address, then with what is behind it.
 */
export const WITHHELD_REASONS = {
  deleted: 'The Service is no more.',
  'not-load-balancer': 'The Service is not of type LoadBalancer.',
  'namespace-filtered': 'Services of another namespace only are announced.',
  'class-mismatch': 'The Service names another load balancer class.',
  deleting: 'The Service is being deleted.',
  'no-advertisement': 'No BGPAdvertisement selects the Service for this node.',
  'node-unknown': 'The cluster has no Node of this name.',
  'node-excluded': 'The Node has the label node.kubernetes.io/exclude-from-external-load-balancers.',
  'node-network-unavailable': 'The Node has the condition NetworkUnavailable.',
  'no-address': 'The Service has no address yet.',
  'address-pending': 'The address is asked for and not yet in the status of the Service.',
  'address-invalid': 'This is no IP address.',
  'address-unfit': 'An address of this kind is nobody’s service address.',
  'address-proxied': 'The address has ipMode Proxy: nodes take no traffic for it.',
  'address-conflict': 'The address belongs to something else.',
  'no-endpoints': 'No endpoint in the cluster can serve.',
  'no-local-endpoints': 'externalTrafficPolicy is Local, and no endpoint on this node can serve.',
  'no-endpoints-of-family': 'No endpoint of the address’s family can serve.',
} as const;

/** Why a Service's VIP is advertised by this node. */
export const ADVERTISED_REASONS = {
  endpoints: 'An endpoint in the cluster is ready.',
  'local-endpoints': 'An endpoint on this node is ready.',
  'terminating-endpoints': 'The only endpoints left are terminating, and still serve.',
  held: 'It should be withdrawn, together with so many others that this needs to be confirmed first.',
} as const;

/** A key of `WITHHELD_REASONS`. */
export type ServiceWithholdReason = keyof typeof WITHHELD_REASONS;

/** A key of `ADVERTISED_REASONS`. */
export type ServiceAdvertiseReason = keyof typeof ADVERTISED_REASONS;

const ORDER = new Map(Object.keys(WITHHELD_REASONS).map((reason, i) => [reason, i]));

/** Orders reasons as the table does. */
export const compareReasons = (a: ServiceWithholdReason, b: ServiceWithholdReason): number =>
  ORDER.get(a)! - ORDER.get(b)!;
