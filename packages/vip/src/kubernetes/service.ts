import { fieldOf, listOf, namesOf, objectOf, type Projected, quoted, textOf, textsOf } from './json.ts';
import { readServiceAddress, type ServiceAddress } from './service-address.ts';

/** Where users of kube-vip and MetalLB, and ours, ask for addresses: texts with commas between them. */
export const ADDRESS_ANNOTATIONS: readonly string[] = [
  'vipcast.io/loadBalancerIPs',
  'metallb.io/loadBalancerIPs',
  'metallb.universe.tf/loadBalancerIPs',
  'kube-vip.io/loadbalancerIPs',
];

/** Services with the same text here may have the same address. */
export const SHARING_ANNOTATIONS: readonly string[] = [
  'vipcast.io/allow-shared-ip',
  'metallb.io/allow-shared-ip',
  'metallb.universe.tf/allow-shared-ip',
];

/** More addresses than anybody gives a Service; what comes after is not looked at. */
export const MOST_ADDRESSES = 64;
/** Of a label's value. */
export const LONGEST_LABEL = 63;
/** Of a sharing key and a uid. */
export const LONGEST_KEY = 253;
/** Of an annotation with addresses: it may hold 256 KB. */
export const LONGEST_LIST = MOST_ADDRESSES * LONGEST_LABEL;

/** What deciding needs of a Service. */
export interface Service {
  /** `namespace/name`; the name of its VIP. */
  readonly key: string;
  readonly namespace: string;
  readonly uid: string;
  /** RFC 3339; after every time when it is not known. */
  readonly createdAt: string;
  readonly isLoadBalancer: boolean;
  readonly class: string | null;
  /** `externalTrafficPolicy: Local`. */
  readonly local: boolean;
  readonly deleting: boolean;
  /** `status.loadBalancer.ingress[].ip`. */
  readonly given: readonly ServiceAddress[];
  /** What it asks for, when nothing is given yet. */
  readonly requested: readonly ServiceAddress[];
  /** What asks: the annotation or the field. */
  readonly requestedBy: string;
  /** `spec.externalIPs`, where nodes take traffic for them. */
  readonly external: readonly ServiceAddress[];
  readonly sharingKey: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

const NO_ADDRESSES: readonly ServiceAddress[] = Object.freeze([]);
const NO_LABELS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

const distinct = (addresses: readonly ServiceAddress[]): readonly ServiceAddress[] =>
  addresses.length === 0
    ? NO_ADDRESSES
    : Object.freeze([...new Map(addresses.map((each) => [each.address, each])).values()]);

const readAll = (texts: readonly unknown[]): readonly ServiceAddress[] =>
  distinct(
    texts
      .slice(0, MOST_ADDRESSES)
      .filter((text) => typeof text === 'string')
      .map(readServiceAddress),
  );

/** An address with ipMode Proxy is served by whoever gave it: kube-proxy takes no traffic for it. */
const readIngress = (ingress: unknown): readonly ServiceAddress[] => {
  const ip = textOf(ingress, 'ip');
  if (ip === undefined) return [];
  const read = readServiceAddress(ip);
  if (read.version === null || textOf(ingress, 'ipMode') !== 'Proxy') return [read];
  const { address } = read;
  return [
    Object.freeze({
      version: null,
      address,
      reason: 'address-proxied',
      because: `${address} has ipMode Proxy in the status`,
    }),
  ];
};

/** Cut before it is split. */
const commaList = (text: string): readonly string[] =>
  text
    .slice(0, LONGEST_LIST)
    .split(',')
    .filter((part) => part.trim() !== '');

const requestIn = (
  spec: unknown,
  annotations: unknown,
  accepted: readonly string[],
): Pick<Service, 'requested' | 'requestedBy'> => {
  const annotation = accepted.find((name) => textOf(annotations, name) !== undefined);
  if (annotation !== undefined)
    return { requested: readAll(commaList(textOf(annotations, annotation)!)), requestedBy: annotation };
  const field = textOf(spec, 'loadBalancerIP');
  return { requested: readAll(field === undefined ? [] : [field]), requestedBy: 'spec.loadBalancerIP' };
};

const sharingKeyIn = (annotations: unknown): string | null => {
  for (const name of SHARING_ANNOTATIONS) {
    const key = textOf(annotations, name);
    if (key !== undefined) return key.length <= LONGEST_KEY ? key : null;
  }
  return null;
};

/** kube-proxy passes over both kinds, whatever addresses they have. */
export const isRouted = (spec: unknown): boolean =>
  textOf(spec, 'type') !== 'ExternalName' && textOf(spec, 'clusterIP') !== 'None';

/**
 * What deciding needs of a Service of the API (v1), whatever it may look like.
 * @param raw the object as JSON.parse made it
 * @param accepted annotations that ask for addresses; the first one that is there counts
 */
export const serviceOf = (
  raw: unknown,
  accepted: readonly string[] = ADDRESS_ANNOTATIONS,
): Projected<Service> => {
  const names = namesOf(raw);
  if (names === undefined) return { because: 'a Service without a proper name', key: undefined };
  const key = `${names.namespace}/${names.name}`;
  const spec = fieldOf(raw, 'spec');
  const metadata = fieldOf(raw, 'metadata');
  const annotations = fieldOf(metadata, 'annotations');
  const routed = isRouted(spec);
  const isLoadBalancer = routed && textOf(spec, 'type') === 'LoadBalancer';
  const external = routed ? readAll(listOf(spec, 'externalIPs')) : NO_ADDRESSES;
  const given = isLoadBalancer
    ? distinct(
        listOf(objectOf(fieldOf(raw, 'status'), 'loadBalancer'), 'ingress')
          .slice(0, MOST_ADDRESSES)
          .flatMap(readIngress),
      )
    : NO_ADDRESSES;
  const asks = isLoadBalancer && given.length === 0;
  const loadBalancerClass = textOf(spec, 'loadBalancerClass');
  const value: Service = {
    key,
    namespace: names.namespace,
    uid: textOf(metadata, 'uid')?.slice(0, LONGEST_KEY) ?? '',
    createdAt: textOf(metadata, 'creationTimestamp') ?? '~',
    isLoadBalancer,
    class: loadBalancerClass ?? null,
    local: textOf(spec, 'externalTrafficPolicy') === 'Local',
    deleting: textOf(metadata, 'deletionTimestamp') !== undefined,
    given,
    ...(asks ? requestIn(spec, annotations, accepted) : { requested: NO_ADDRESSES, requestedBy: '' }),
    external,
    sharingKey: isLoadBalancer || external.length > 0 ? sharingKeyIn(annotations) : null,
    labels: isLoadBalancer || external.length > 0 ? textsOf(metadata, 'labels', LONGEST_LABEL) : NO_LABELS,
  };
  return { value: Object.freeze(value) };
};

/** How people and Kubernetes name it. */
export const objectName = (key: string): string => `Service ${key}`;

/** A load balancer class in a sentence. */
export const className = (name: string | null): string =>
  name === null ? 'no class' : `class ${quoted(name)}`;
