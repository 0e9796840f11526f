import { parseAddress } from '@vipcast/net';
import { EXCLUDED, MOST_TAINTS } from './cluster-node.ts';
import { PRESENCES, type Presence, presenceOf } from './endpoint-slice.ts';
import { fieldOf, LONGEST_SHOWN, listOf, objectOf, textOf, textsOf } from './json.ts';
import {
  ADDRESS_ANNOTATIONS,
  isRouted,
  LONGEST_KEY,
  LONGEST_LABEL,
  LONGEST_LIST,
  MOST_ADDRESSES,
  SHARING_ANNOTATIONS,
} from './service.ts';

/** An object of the API with the fields alone that deciding reads, as plain JSON. */
export type Reduced = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

/** Without fields that say nothing: those that are absent, and those that are empty. */
const compact = (fields: Fields): Reduced =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0),
    ),
  );

const namesIn = (metadata: unknown): Fields => ({
  name: textOf(metadata, 'name'),
  namespace: textOf(metadata, 'namespace'),
});

const ONE = ['LoadBalancer', 'ExternalName', 'None', 'Local', 'Proxy'] as const;

/** A word where it is one that matters. */
const wordIn = (value: unknown, field: string): string | undefined =>
  ONE.find((word) => word === textOf(value, field));

/** As short as it can be without being read differently: a user may write 256 KB. */
const addressText = (text: string): string => {
  if (text.length <= LONGEST_SHOWN) return text;
  return parseAddress(text.trim()) === undefined ? `${text.slice(0, LONGEST_SHOWN)}……` : text.trim();
};

const addressesIn = (spec: unknown, field: string): readonly string[] =>
  listOf(spec, field)
    .slice(0, MOST_ADDRESSES)
    .filter((text) => typeof text === 'string')
    .map(addressText);

const ingressIn = (raw: unknown): readonly Reduced[] =>
  listOf(objectOf(fieldOf(raw, 'status'), 'loadBalancer'), 'ingress')
    .slice(0, MOST_ADDRESSES)
    .flatMap((ingress) => {
      const ip = textOf(ingress, 'ip');
      return ip === undefined ? [] : [compact({ ip: addressText(ip), ipMode: wordIn(ingress, 'ipMode') })];
    });

const annotationsIn = (metadata: unknown, names: readonly string[], longest: number): Fields => {
  const annotations = fieldOf(metadata, 'annotations');
  return Object.fromEntries(names.map((name) => [name, textOf(annotations, name)?.slice(0, longest)]));
};

/**
 * Of a Service of the API (v1) what `serviceOf` reads: it makes the same of it.
 * @param raw the object as JSON.parse made it
 */
export const reducedService = (raw: unknown): Reduced => {
  const metadata = fieldOf(raw, 'metadata');
  const spec = fieldOf(raw, 'spec');
  const routed = isRouted(spec);
  const isLoadBalancer = routed && textOf(spec, 'type') === 'LoadBalancer';
  const externalIPs = routed ? addressesIn(spec, 'externalIPs') : [];
  const ingress = isLoadBalancer ? ingressIn(raw) : [];
  const has = isLoadBalancer || externalIPs.length > 0;
  const asks = isLoadBalancer && ingress.length === 0;
  const requested = textOf(spec, 'loadBalancerIP');
  return compact({
    metadata: compact({
      ...namesIn(metadata),
      uid: textOf(metadata, 'uid')?.slice(0, LONGEST_KEY),
      creationTimestamp: textOf(metadata, 'creationTimestamp'),
      deletionTimestamp: textOf(metadata, 'deletionTimestamp'),
      annotations: compact({
        ...(asks ? annotationsIn(metadata, ADDRESS_ANNOTATIONS, LONGEST_LIST) : {}),
        ...(has ? annotationsIn(metadata, SHARING_ANNOTATIONS, LONGEST_KEY + 1) : {}),
      }),
      labels: has ? { ...textsOf(metadata, 'labels', LONGEST_LABEL) } : {},
    }),
    spec: compact({
      type: wordIn(spec, 'type'),
      clusterIP: wordIn(spec, 'clusterIP'),
      externalTrafficPolicy: wordIn(spec, 'externalTrafficPolicy'),
      loadBalancerClass: textOf(spec, 'loadBalancerClass'),
      loadBalancerIP: asks && requested !== undefined ? addressText(requested) : undefined,
      externalIPs,
    }),
    status: compact({ loadBalancer: compact({ ingress }) }),
  });
};

/** Whoever reads an endpoint asks whether it has an address, and not which. */
const SOME_ADDRESS = '::';

const CONDITIONS: Readonly<Record<Exclude<Presence, 'none'>, Reduced>> = {
  ready: { ready: true },
  terminating: { ready: false, serving: true, terminating: true },
  unready: { ready: false },
};

/**
 * Of an EndpointSlice of the API (discovery.k8s.io/v1) what `endpointSliceOf` reads, whatever node asks: one endpoint
 * for each node, the best there.
 * @param raw the object as JSON.parse made it
 */
export const reducedSlice = (raw: unknown): Reduced => {
  const metadata = fieldOf(raw, 'metadata');
  const best = new Map<string | undefined, Presence>();
  for (const endpoint of listOf(raw, 'endpoints')) {
    const node = textOf(endpoint, 'nodeName');
    const presence = presenceOf(endpoint);
    if (PRESENCES.indexOf(presence) > PRESENCES.indexOf(best.get(node) ?? 'none')) best.set(node, presence);
  }
  // In the order of their names: what only stands elsewhere in the list did not change.
  const endpoints = [...best]
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .flatMap(([nodeName, presence]) =>
      presence === 'none'
        ? []
        : [compact({ nodeName, addresses: [SOME_ADDRESS], conditions: CONDITIONS[presence] })],
    );
  const service = textOf(fieldOf(metadata, 'labels'), 'kubernetes.io/service-name');
  return compact({
    metadata: compact({ ...namesIn(metadata), labels: compact({ 'kubernetes.io/service-name': service }) }),
    addressType: textOf(raw, 'addressType'),
    endpoints,
  });
};

/**
 * Of a Node of the API (v1) what `nodeOf` reads.
 * @param raw the object as JSON.parse made it
 */
export const reducedNode = (raw: unknown): Reduced => {
  const metadata = fieldOf(raw, 'metadata');
  const spec = fieldOf(raw, 'spec');
  const isDown = listOf(fieldOf(raw, 'status'), 'conditions').some(
    (condition) =>
      fieldOf(condition, 'type') === 'NetworkUnavailable' && fieldOf(condition, 'status') === 'True',
  );
  return compact({
    metadata: compact({
      ...namesIn(metadata),
      labels: Object.hasOwn(objectOf(metadata, 'labels'), EXCLUDED) ? { [EXCLUDED]: '' } : {},
    }),
    spec: compact({
      unschedulable: fieldOf(spec, 'unschedulable') === true ? true : undefined,
      taints: listOf(spec, 'taints')
        .slice(0, MOST_TAINTS)
        .map((taint) => compact({ key: textOf(taint, 'key') })),
    }),
    status: compact({ conditions: isDown ? [{ type: 'NetworkUnavailable', status: 'True' }] : [] }),
  });
};

/**
 * Of a Namespace of the API (v1) what `namespaceOf` reads.
 * @param raw the object as JSON.parse made it
 */
export const reducedNamespace = (raw: unknown): Reduced => {
  const metadata = fieldOf(raw, 'metadata');
  const labels = { ...textsOf(metadata, 'labels', LONGEST_LABEL) };
  return compact({ metadata: compact({ ...namesIn(metadata), labels }) });
};
