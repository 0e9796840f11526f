import {
  type ClusterNode,
  type EndpointSlice,
  emptyServices,
  endpointSliceOf,
  nodeOf,
  type Projected,
  type Service,
  type ServicesState,
  serviceOf,
  serviceSettings,
  stepServices,
} from './index.ts';
import type { ServicesInput, Told } from './input.ts';

// Words for given-when-then tests; nothing here is exported from the package.

export const NODE = 'n7';
export const settings = serviceSettings(NODE);

/** The value that was read; a test that gave nonsense by mistake fails here. */
export const read = <Value>(projected: Projected<Value>): Value => {
  if ('because' in projected) throw new Error(projected.because);
  return projected.value;
};

/** What a test says of a Service, in short; `raw` is merged into the object. */
export interface GivenService {
  readonly ips?: readonly string[];
  readonly local?: boolean;
  readonly class?: string;
  readonly created?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly metadata?: object;
}

export const rawService = (key: string, given: GivenService = {}): unknown => {
  const [namespace, name] = key.split('/');
  return {
    metadata: {
      namespace,
      name,
      uid: `uid-${name}`,
      creationTimestamp: given.created ?? '2026-01-01T00:00:00Z',
      annotations: given.annotations,
      labels: given.labels,
      ...given.metadata,
    },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.1',
      loadBalancerClass: given.class,
      externalTrafficPolicy: given.local ? 'Local' : 'Cluster',
      ...given.spec,
    },
    status: { loadBalancer: { ingress: (given.ips ?? ['192.0.2.10']).map((ip) => ({ ip })) } },
  };
};

export const service = (key: string, given: GivenService = {}): Service =>
  read(serviceOf(rawService(key, given)));

/** `ready@n7 terminating`: endpoints by what they can do, and where; without a place, on another node. */
export const rawEndpoints = (text: string): readonly unknown[] =>
  text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => {
      const [kind, nodeName = 'elsewhere'] = each.split('@');
      const conditions = {
        ready: { ready: true, serving: true, terminating: false },
        unready: { ready: false, serving: false, terminating: false },
        terminating: { ready: false, serving: true, terminating: true },
        ending: { ready: false, serving: false, terminating: true },
        unknown: { ready: null, serving: null, terminating: null },
      }[kind ?? ''];
      return { addresses: ['10.0.0.1'], conditions, nodeName };
    });

export const rawSlice = (
  key: string,
  endpoints: string,
  addressType = 'IPv4',
  of: string | undefined = key.split('/')[1],
) => ({
  metadata: {
    namespace: key.split('/')[0],
    name: key.split('/')[1],
    labels: { 'kubernetes.io/service-name': of },
  },
  addressType,
  endpoints: rawEndpoints(endpoints),
});

/** The slice of the Service of the same name. */
export const slice = (key: string, endpoints: string, addressType?: string, of?: string): EndpointSlice =>
  read(endpointSliceOf(rawSlice(key, endpoints, addressType, of), NODE));

export const node = (raw: object = {}): ClusterNode =>
  read(nodeOf({ metadata: { name: NODE }, status: { conditions: [] }, ...raw }));

export const services = (told: Told, ...set: Service[]): ServicesInput => ({
  type: 'ServicesChanged',
  told,
  set,
  deleted: [],
});
export const noServices = (told: Told, ...deleted: string[]): ServicesInput => ({
  type: 'ServicesChanged',
  told,
  set: [],
  deleted,
});
export const slices = (told: Told, ...set: EndpointSlice[]): ServicesInput => ({
  type: 'SlicesChanged',
  told,
  set,
  deleted: [],
});
export const noSlices = (told: Told, ...deleted: string[]): ServicesInput => ({
  type: 'SlicesChanged',
  told,
  set: [],
  deleted,
});
export const onNode = (of: ClusterNode | null = node(), told: Told = 'watch'): ServicesInput => ({
  type: 'NodeChanged',
  told,
  node: of,
});
export const listed: ServicesInput = { type: 'Listed' };

/** A cluster that was just listed, and is in order. */
export const cluster = (...inputs: ServicesInput[]): ServicesState =>
  stepServices(emptyServices(settings), [onNode(), ...inputs, listed]).state;

/** `default/web endpoints 192.0.2.10; 2001:db8::1 no-endpoints-of-family`, one line a verdict; `-` is withheld. */
export const told = (state: ServicesState, ...inputs: ServicesInput[]): string[] =>
  stepServices(state, inputs).verdicts.map(({ vip, advertised, reason, addresses, leftOut }) =>
    [
      `${advertised ? '' : '-'}${[vip, reason, ...addresses].join(' ')}`,
      ...leftOut.map((each) => `${each.address} ${each.reason}`),
    ].join('; '),
  );

export const after = (state: ServicesState, ...inputs: ServicesInput[]): ServicesState =>
  stepServices(state, inputs).state;

/** What is said of a Service by itself, in a cluster that is in order. */
export const verdict = (of: Service, ...endpoints: EndpointSlice[]): string =>
  told(emptyServices(settings), onNode(), services('list', of), slices('list', ...endpoints), listed).join(
    '\n',
  );
