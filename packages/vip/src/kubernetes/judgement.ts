import { addressesOf, isOurClass, ownerAgainst } from './claim.ts';
import type { Cluster } from './cluster.ts';
import { better, type Presence } from './endpoint-slice.ts';
import { compareReasons, type ServiceAdvertiseReason, type ServiceWithholdReason } from './reasons.ts';
import { type Advertisement, covers, selecting } from './selector.ts';
import { className, objectName, type Service } from './service.ts';
import type { ServiceAddress } from './service-address.ts';
import type { ServiceSettings } from './settings.ts';
import type { LeftOutAddress, ServiceVerdict } from './verdict.ts';

/** A reason not to advertise, and the same for people. */
interface Objection {
  readonly reason: ServiceWithholdReason;
  readonly because: string;
}

const objection = (reason: ServiceWithholdReason, because: string): Objection => ({ reason, because });

const nodeObjection = ({ node, settings }: Cluster): Objection | undefined => {
  if (node === null) return objection('node-unknown', `the cluster has no Node ${settings.node}`);
  if (node.excluded)
    return objection(
      'node-excluded',
      `Node ${node.name} has the label node.kubernetes.io/exclude-from-external-load-balancers`,
    );
  return node.networkUnavailable
    ? objection('node-network-unavailable', `Node ${node.name} has the condition NetworkUnavailable`)
    : undefined;
};

const classObjection = (service: Service, settings: ServiceSettings): Objection =>
  objection(
    'class-mismatch',
    `the Service has ${className(service.class)}, and Services with ${className(settings.loadBalancerClass)} are announced`,
  );

/** What is wrong with the Service as a whole, or with this node. */
const objectionTo = (
  cluster: Cluster,
  service: Service,
  advertisements: readonly Advertisement[] | null,
): Objection | undefined => {
  const { settings } = cluster;
  if (settings.namespace !== null && settings.namespace !== service.namespace)
    return objection('namespace-filtered', `only Services of namespace ${settings.namespace} are announced`);
  const external = settings.externalIPs && service.external.length > 0;
  if (!external && !isOurClass(service, settings)) return classObjection(service, settings);
  if (service.deleting) return objection('deleting', 'the Service is being deleted');
  if (advertisements?.length === 0)
    return objection(
      'no-advertisement',
      cluster.advertisements?.length === 0
        ? 'there is no BGPAdvertisement for this node'
        : 'no BGPAdvertisement for this node selects the Service',
    );
  return nodeObjection(cluster);
};

interface Presences {
  readonly anywhere: Presence;
  readonly here: Presence;
}

/** What is behind a Service, in one family or in both. */
const presencesOf = (cluster: Cluster, service: Service, version: 4 | 6 | null): Presences => {
  let anywhere: Presence = 'none';
  let here: Presence = 'none';
  for (const slice of cluster.slices.get(service.key)?.values() ?? []) {
    if (version !== null && slice.version !== version) continue;
    anywhere = better(anywhere, slice.anywhere);
    here = better(here, slice.here);
  }
  return { anywhere, here };
};

const serves = (presence: Presence): boolean => presence === 'ready' || presence === 'terminating';

/** As kube-proxy chooses: ready endpoints, else those that terminate and still serve; for Local on this node alone. */
const endpointsFor = (cluster: Cluster, service: Service, version: 4 | 6): Presence | Objection => {
  const { anywhere, here } = presencesOf(cluster, service, version);
  const presence = service.local ? here : anywhere;
  if (serves(presence)) return presence;
  const all = presencesOf(cluster, service, null).anywhere;
  if (!serves(all))
    return objection('no-endpoints', all === 'none' ? 'it has no endpoints' : 'no endpoint of it is ready');
  if (!serves(anywhere))
    return objection('no-endpoints-of-family', `no endpoint of it can serve IPv${version}`);
  return objection(
    'no-local-endpoints',
    `externalTrafficPolicy is Local, and ${here === 'none' ? 'no endpoint of it is' : 'none of its endpoints is ready'} on this node`,
  );
};

const judgeAddress = (
  cluster: Cluster,
  service: Service,
  advertisements: readonly Advertisement[] | null,
  candidate: ServiceAddress,
): Presence | Objection => {
  if (candidate.version === null) return candidate;
  const { address, version } = candidate;
  if (advertisements?.every((each) => !covers(each, address)))
    return objection(
      'no-advertisement',
      `${address} is in no VIPPool of a BGPAdvertisement that selects the Service`,
    );
  const owner = ownerAgainst(cluster, service, address);
  if (owner !== undefined)
    return objection(
      'address-conflict',
      `${address} belongs to ${objectName(owner.key)}, which is older and does not share it`,
    );
  return endpointsFor(cluster, service, version);
};

/** Addresses that are asked for: kube-proxy takes traffic for those in the status only. */
const pending = (service: Service): readonly LeftOutAddress[] =>
  service.requested.map((each) =>
    each.version === null
      ? { address: each.address, reason: each.reason, because: each.because }
      : {
          address: each.address,
          reason: 'address-pending',
          because: `${each.address} is asked for by ${service.requestedBy} and not yet in the status`,
        },
  );

const advertiseReason = (service: Service, presences: readonly Presence[]): ServiceAdvertiseReason => {
  if (!presences.includes('ready')) return 'terminating-endpoints';
  return service.local ? 'local-endpoints' : 'endpoints';
};

const ADVERTISED_BECAUSE: Readonly<Record<Exclude<ServiceAdvertiseReason, 'held'>, string>> = {
  endpoints: 'an endpoint of it is ready',
  'local-endpoints': 'an endpoint of it on this node is ready',
  'terminating-endpoints': 'no endpoint of it is ready, and one that terminates still serves',
};

const NO_ADDRESS: readonly ServiceWithholdReason[] = ['address-invalid', 'address-unfit'];

/** Everything is left out: the first reason is that of the VIP, with the addresses that have it. */
const withheldBy = (all: readonly LeftOutAddress[]) => {
  const addresses = all.filter(({ reason }) => !NO_ADDRESS.includes(reason));
  const [first] = (addresses.length > 0 ? addresses : all).toSorted((a, b) =>
    compareReasons(a.reason, b.reason),
  );
  if (first === undefined)
    return { reason: 'no-address' as const, because: 'it has no address yet', addresses: [], leftOut: [] };
  const { reason, because } = first;
  if (addresses.length === 0) return { reason, because, addresses: [], leftOut: all };
  return {
    reason,
    because,
    addresses: addresses.filter((each) => each.reason === reason).map(({ address }) => address),
    leftOut: all.filter((each) => each.reason !== reason),
  };
};

/** A Service of another class that is announced for its external addresses alone. */
const ofOtherClass = (service: Service, { settings }: Cluster): readonly LeftOutAddress[] =>
  isOurClass(service, settings)
    ? []
    : service.given.map(({ address }) => ({ address, ...classObjection(service, settings) }));

const namesOf = (advertisements: readonly Advertisement[] | null): readonly string[] | null =>
  advertisements === null ? null : advertisements.map(({ name }) => name).toSorted();

/**
 * Judges one Service anew, by all that is known of the cluster.
 * @returns `undefined` for a Service that has nothing to announce and never will while it is as it is
 */
export const judge = (cluster: Cluster, service: Service): ServiceVerdict | undefined => {
  const { settings } = cluster;
  if (!service.isLoadBalancer && !(settings.externalIPs && service.external.length > 0)) return undefined;
  const advertisements =
    cluster.advertisements &&
    selecting(cluster.advertisements, service, cluster.namespaces.get(service.namespace));
  const about = {
    vip: service.key,
    object: objectName(service.key),
    uid: service.uid,
    advertisements: namesOf(advertisements),
  };
  const withheld = { ...about, advertised: false, ended: false } as const;
  const candidates = addressesOf(service, settings);
  const against = objectionTo(cluster, service, advertisements);
  if (against !== undefined) {
    const known = candidates.length > 0 ? candidates : [...service.given, ...service.requested];
    const addresses = known.filter(({ version }) => version !== null).map(({ address }) => address);
    return { ...withheld, ...against, addresses, leftOut: [] };
  }
  const [addresses, presences, leftOut]: [string[], Presence[], LeftOutAddress[]] = [
    [],
    [],
    [...ofOtherClass(service, cluster)],
  ];
  for (const candidate of candidates) {
    const judged = judgeAddress(cluster, service, advertisements, candidate);
    if (typeof judged === 'string') {
      addresses.push(candidate.address);
      presences.push(judged);
    } else leftOut.push({ address: candidate.address, reason: judged.reason, because: judged.because });
  }
  if (addresses.length === 0)
    return { ...withheld, ...withheldBy(leftOut.length > 0 ? leftOut : pending(service)) };
  const reason = advertiseReason(service, presences);
  const concerned = advertisements?.filter((each) => addresses.some((address) => covers(each, address)));
  return {
    ...about,
    advertisements: namesOf(concerned ?? null),
    advertised: true,
    reason,
    because: ADVERTISED_BECAUSE[reason as keyof typeof ADVERTISED_BECAUSE],
    addresses,
    leftOut,
  };
};
