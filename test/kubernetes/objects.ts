/** Objects as a cluster's controllers and kubelets would write them; to be handed to a cluster's `apply`. */
import type { KubernetesObject } from './object.ts';

/** A family, in Kubernetes' words. */
export type Family = 'IPv4' | 'IPv6';

const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4');

const familiesOf = (addresses: readonly string[]): readonly Family[] => [...new Set(addresses.map(familyOf))];

/** A Service of type LoadBalancer, in words that matter here. */
export interface ServiceWords {
  readonly name: string;
  /** `default` unless told. */
  readonly namespace?: string;
  /** What its load balancer was given; none is a Service that still waits. */
  readonly addresses?: readonly string[];
  /** Those of `addresses`, and both where there are none. */
  readonly families?: readonly Family[];
  /** Only nodes with an endpoint take traffic: externalTrafficPolicy Local. */
  readonly local?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Anything else of its spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A Service, with the status that its load balancer's controller would give it. */
export const service = ({
  name,
  namespace = 'default',
  addresses = [],
  families = addresses.length > 0 ? familiesOf(addresses) : ['IPv4', 'IPv6'],
  local = false,
  labels = {},
  annotations = {},
  spec = {},
}: ServiceWords): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels, annotations },
  spec: {
    type: 'LoadBalancer',
    ipFamilies: families,
    ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
    externalTrafficPolicy: local ? 'Local' : 'Cluster',
    selector: { app: name },
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
    ...spec,
  },
  status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip, ipMode: 'VIP' })) } },
});

/** A Pod behind a Service. */
export interface EndpointWords {
  readonly node: string;
  /** One of each family that it has. */
  readonly addresses: readonly string[];
  readonly ready?: boolean;
  /** As `ready` unless told: a Pod that ends still serves and is not ready. */
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

const endpointOf = (
  { node, ready = true, serving = ready, terminating = false }: EndpointWords,
  address: string,
  pod: { readonly name: string; readonly namespace: string },
) => ({
  addresses: [address],
  conditions: { ready, serving, terminating },
  nodeName: node,
  targetRef: { kind: 'Pod', ...pod },
});

/** The EndpointSlices of a Service: one for each family, for a slice has one family only. */
export const endpointSlices = (
  of: { readonly name: string; readonly namespace?: string },
  endpoints: readonly EndpointWords[],
  families: readonly Family[] = ['IPv4', 'IPv6'],
): readonly KubernetesObject[] => {
  const { name, namespace = 'default' } = of;
  return families.map((addressType) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${addressType.toLowerCase()}`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType,
    endpoints: endpoints.flatMap((endpoint, index) =>
      endpoint.addresses
        .filter((address) => familyOf(address) === addressType)
        .map((address) => endpointOf(endpoint, address, { name: `${name}-${index}`, namespace })),
    ),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }));
};

/** A Node, in words that matter here. */
export interface NodeWords {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ready?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Anything else of its spec: taints, unschedulable. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A Node, with the status that its kubelet would give it. */
export const node = ({
  name,
  addresses,
  ready = true,
  labels = {},
  spec = {},
}: NodeWords): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec,
  status: {
    addresses: [
      ...addresses.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: name },
    ],
    conditions: [
      { type: 'Ready', status: ready ? 'True' : 'False', reason: ready ? 'KubeletReady' : 'KubeletNotReady' },
    ],
  },
});

/** A namespace, which everything in it must come after. */
export const namespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

/** A ServiceAccount, which may do nothing until a role is bound to it. */
export const serviceAccount = (account: {
  readonly name: string;
  readonly namespace: string;
}): KubernetesObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
