import { checkCommunities } from '../check/policy.ts';
import { nearestName } from '../near-name.ts';
import { conflict, missing, type Problem, wrongValue } from '../problem.ts';
import { resolveRule } from '../resolve/rule.ts';
import { label } from '../schema/scalar.ts';
import { validate } from '../schema/validation.ts';
import { mapping, type Raw } from '../source/raw.ts';
import { fieldName, oneOf, printable } from '../wording.ts';
import { type AdvertisementSpec, advertisementSpec } from './advertisement-spec.ts';
import { type PeerSpec, peerSpec } from './peer-spec.ts';
import { type PoolSpec, poolSpec } from './pool-spec.ts';
import {
  type AdvertisementResource,
  API_VERSION,
  KINDS,
  type PeerResource,
  type PoolResource,
  type ReadResource,
  type Resource,
  type ResourceFinding,
  type ResourceKind,
  type ResourceMetadata,
  type ResourceReference,
} from './resource.ts';

/** Where `kubernetes.io/basic-auth` Secrets keep it. */
const PASSWORD_KEY = 'password';

const peerResource = (metadata: ResourceMetadata, spec: PeerSpec): PeerResource => {
  const { passwordSecret, nodeSelector, ...peer } = spec;
  return {
    kind: 'BGPPeer',
    ...metadata,
    peer: { name: metadata.name, ...peer },
    passwordSecret: passwordSecret
      ? { name: passwordSecret.name, key: passwordSecret.key ?? PASSWORD_KEY }
      : null,
    nodeSelector: nodeSelector ?? null,
  };
};

const advertisementResource = (
  metadata: ResourceMetadata,
  spec: AdvertisementSpec,
): AdvertisementResource => ({
  kind: 'BGPAdvertisement',
  ...metadata,
  serviceSelector: spec.serviceSelector ?? null,
  namespaces: spec.namespaces ?? null,
  namespaceSelector: spec.namespaceSelector ?? null,
  pools: spec.pools ?? null,
  nodeSelector: spec.nodeSelector ?? null,
  peers: spec.peers ?? null,
  families: spec.families ?? null,
  priority: spec.priority ?? 0,
  set: resolveRule({ set: spec.attributes }).set,
});

const poolResource = (metadata: ResourceMetadata, spec: PoolSpec): PoolResource => ({
  kind: 'VIPPool',
  ...metadata,
  addresses: spec.addresses,
  autoAssign: spec.autoAssign ?? true,
  namespaces: spec.namespaces ?? null,
  namespaceSelector: spec.namespaceSelector ?? null,
  serviceSelector: spec.serviceSelector ?? null,
  priority: spec.priority ?? 0,
  sharing: spec.sharing ?? 'by-key',
});

const eitherNamespaces = (spec: AdvertisementSpec | PoolSpec): readonly Problem[] =>
  spec.namespaces && spec.namespaceSelector
    ? [
        conflict(
          ['spec', 'namespaceSelector'],
          spec.namespaceSelector,
          'cannot stand beside namespaces',
          'keep one of the two',
        ),
      ]
    : [];

const unreachableNextHop = ({ attributes, families }: AdvertisementSpec): readonly Problem[] => {
  const nextHop = attributes?.nextHop;
  const family = `ipv${nextHop?.includes(':') ? 6 : 4}-unicast` as const;
  if (!nextHop || families?.includes(family) !== false) return [];
  const reason = `serves ${family} routes, and families has none`;
  return [conflict(['spec', 'attributes', 'nextHop'], nextHop, reason, `add ${family} to families`)];
};

const readSpec = (
  kind: ResourceKind,
  spec: unknown,
  metadata: ResourceMetadata,
  problems: Problem[],
): Resource | undefined => {
  if (kind === 'BGPPeer') {
    const read = validate(peerSpec, spec, ['spec'], problems);
    return read && peerResource(metadata, read);
  }
  if (kind === 'BGPAdvertisement') {
    const read = validate(advertisementSpec, spec, ['spec'], problems);
    if (read) {
      problems.push(...eitherNamespaces(read), ...unreachableNextHop(read));
      problems.push(...checkCommunities(['spec', 'attributes'], read.attributes));
    }
    return read && advertisementResource(metadata, read);
  }
  const read = validate(poolSpec, spec, ['spec'], problems);
  if (read) problems.push(...eitherNamespaces(read));
  return read && poolResource(metadata, read);
};

/** What a problem says of a resource. */
export const resourceFinding = (
  { kind, name }: ResourceReference,
  { path, found, expected, text, code }: Problem,
): ResourceFinding => {
  const field = fieldName(path);
  return { kind, name, path, field, found, expected, message: `${field}: ${text}`, code };
};

const metadataOf = ({ name, generation, creationTimestamp }: Raw): ResourceMetadata => ({
  name: typeof name === 'string' ? printable(name, 253) : '',
  generation: typeof generation === 'number' ? generation : null,
  createdAt: typeof creationTimestamp === 'string' ? creationTimestamp : null,
});

const checkIdentity = ({ apiVersion, kind, metadata }: Raw): readonly Problem[] => {
  if (apiVersion !== API_VERSION) return [wrongValue(['apiVersion'], apiVersion, API_VERSION)];
  if (typeof kind !== 'string' || !(KINDS as readonly string[]).includes(kind)) {
    const near = typeof kind === 'string' ? nearestName(kind, KINDS) : undefined;
    return [wrongValue(['kind'], kind, near ?? oneOf(KINDS))];
  }
  const { name } = mapping(metadata);
  const expected = 'a name of at most 63 lower-case letters, digits and hyphens';
  if (name === undefined) return [missing(['metadata', 'name'], expected)];
  return label.safeParse(name).success ? [] : [wrongValue(['metadata', 'name'], name, expected)];
};

/**
 * Reads an object as the API server gives it, or as it stands in a manifest. Says all that is wrong with it by itself;
 * what depends on the configuration is for `mergeResources`.
 * @param raw - parsed JSON
 */
export const resourceOf = (raw: unknown): ReadResource => {
  const object = mapping(raw);
  const metadata = metadataOf(mapping(object.metadata));
  const kind = typeof object.kind === 'string' ? printable(object.kind) : '';
  const problems = [...checkIdentity(object)];
  const resource =
    problems.length === 0 ? readSpec(kind as ResourceKind, object.spec, metadata, problems) : undefined;
  if (resource && problems.length === 0) return { ok: true, resource };
  const reference = { kind, name: metadata.name };
  const findings = new Map(
    problems
      .map((problem) => resourceFinding(reference, problem))
      .map((finding) => [finding.message, finding]),
  );
  return { ok: false, ...reference, generation: metadata.generation, findings: [...findings.values()] };
};
