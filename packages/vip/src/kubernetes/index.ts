/**
 * Which VIPs a node announces for the Services of its Kubernetes cluster, and why not the others.
 *
 * `serviceOf`, `endpointSliceOf`, `nodeOf` and `namespaceOf` make of the API's objects, however odd, the little that deciding needs.
 * `reducedService` and its like keep of an object what these read, so that one node can read it for others.
 * `stepServices` takes what changed in the cluster and answers with the verdicts that changed; a VIP that is not
 * advertised has exactly one reason, from one table (`reasons.ts`).
 *
 * - A Service is announced under the addresses in its status, and if wished its external ones: for these, and only
 *   these, kube-proxy takes traffic. An address that is only asked for (`spec.loadBalancerIP`, the annotations of
 *   kube-vip and MetalLB) waits for whoever allocates addresses to write it into the status.
 * - Endpoints count as they do for kube-proxy: ready ones, else those that terminate and still serve; under
 *   `externalTrafficPolicy: Local` those on this node alone; each IP family by itself.
 * - An address is announced for the oldest Service that has it, and for those that share it by the same sharing key.
 * - Cordoning alone does nothing; the taint `vipcast.io/drain` drains the node.
 * - What would withdraw most VIPs at once, with nobody having changed them, is held until it was confirmed
 *   (`breaker.ts`, decision 0010).
 *
 * Only what a change can have touched is judged, by the same function that would judge it anew.
 */
export { CONFIRM_INTERVAL, CONFIRMATIONS } from './breaker.ts';
export { type ClusterNode, DRAIN_TAINT, nodeOf } from './cluster-node.ts';
export { type EndpointSlice, endpointSliceOf, type Presence } from './endpoint-slice.ts';
export type { ServicesInput, Told } from './input.ts';
export type { Projected } from './json.ts';
export { type Namespace, namespaceOf } from './namespace.ts';
export {
  ADVERTISED_REASONS,
  type ServiceAdvertiseReason,
  type ServiceWithholdReason,
  WITHHELD_REASONS,
} from './reasons.ts';
export {
  type Reduced,
  reducedNamespace,
  reducedNode,
  reducedService,
  reducedSlice,
} from './reduction.ts';
export {
  type AddressRange,
  type Advertisement,
  type LabelRequirement,
  type LabelSelector,
  selectorOf,
} from './selector.ts';
export { ADDRESS_ANNOTATIONS, type Service, SHARING_ANNOTATIONS, serviceOf } from './service.ts';
export type { ServiceAddress } from './service-address.ts';
export { type ServiceSettings, serviceSettings } from './settings.ts';
export { type AdvertisedVip, emptyServices, type ServicesState } from './state.ts';
export { type ServicesStepped, stepServices } from './step-services.ts';
export type { LeftOutAddress, ServiceVerdict } from './verdict.ts';
