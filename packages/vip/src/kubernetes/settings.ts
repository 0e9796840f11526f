import { DRAIN_TAINT } from './cluster-node.ts';

/** Which Services are this node's business. */
export interface ServiceSettings {
  /** The name of this node, as Kubernetes knows it. */
  readonly node: string;
  /** The load balancer class that is announced; `null`: Services without one. */
  readonly loadBalancerClass: string | null;
  /** With a class, whether Services without one are announced too: kube-vip does so, MetalLB and Kubernetes do not. */
  readonly alsoWithoutClass: boolean;
  /** Only Services of this namespace; `null`: of all. */
  readonly namespace: string | null;
  /** Also `spec.externalIPs`, which any user who may edit a Service can set to any address. */
  readonly externalIPs: boolean;
  /** Keys of taints that drain the node. */
  readonly drainTaints: readonly string[];
  /** Whether a cordoned node is drained. Cordoning keeps new Pods away; most who do it mean no more than that. */
  readonly drainOnCordon: boolean;
}

/** What holds where nothing is set. */
export const serviceSettings = (node: string): ServiceSettings => ({
  node,
  loadBalancerClass: null,
  alsoWithoutClass: false,
  namespace: null,
  externalIPs: false,
  drainTaints: [DRAIN_TAINT],
  drainOnCordon: false,
});
