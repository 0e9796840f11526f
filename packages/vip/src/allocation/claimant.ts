import { fieldOf, listOf, objectIn, objectOf, type Projected, textOf, textsOf } from '../kubernetes/json.ts';
import { type Service, serviceOf } from '../kubernetes/service.ts';
import { type IpVersion, readServiceAddress, type ServiceAddress } from '../kubernetes/service-address.ts';

/** Where users of ours and of MetalLB ask for pools: names with commas between them. */
export const POOL_ANNOTATIONS: readonly string[] = [
  'vipcast.io/pool',
  'metallb.io/address-pool',
  'metallb.universe.tf/address-pool',
];

/** How many families a Service wants, in Kubernetes' words. */
export type FamilyPolicy = 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';

/** More than anybody writes; what comes after is not looked at. */
const MOST_ENTRIES = 64;
const MOST_PORTS = 1000;
const LONGEST_LIST = 4096;

/** What allocation needs of a Service. */
export interface Claimant {
  readonly service: Service;
  /** The version that was read; writing says that it follows this one. */
  readonly resourceVersion: string;
  /** Asked for, whether it has addresses already or not. */
  readonly requested: readonly ServiceAddress[];
  /** The annotation or the field that asks. */
  readonly requestedBy: string;
  /** Names of the only pools that it wants addresses of; `null`: of any. */
  readonly pools: readonly string[] | null;
  /** The families that it has or may have, the first before the second. */
  readonly families: readonly IpVersion[];
  readonly familyPolicy: FamilyPolicy;
  /** `80/TCP`. */
  readonly ports: readonly string[];
  /** The Pods behind it, by their labels; `null` when it names none. */
  readonly selector: string | null;
  /** `status.loadBalancer.ingress` as it stands. */
  readonly ingress: readonly unknown[];
  /** Something stands there that we would not have written: a host name, or an address with ipMode Proxy. */
  readonly strange: boolean;
  /** The status was last written by us. */
  readonly ours: boolean;
}

const VERSIONS: Readonly<Record<string, IpVersion>> = { IPv4: 4, IPv6: 6 };

const familiesIn = (spec: unknown): readonly IpVersion[] => {
  const families = listOf(spec, 'ipFamilies').flatMap((family) => VERSIONS[String(family)] ?? []);
  return families.length > 0 ? [...new Set(families)] : [4];
};

const familyPolicyIn = (spec: unknown): FamilyPolicy => {
  const policy = textOf(spec, 'ipFamilyPolicy');
  return policy === 'PreferDualStack' || policy === 'RequireDualStack' ? policy : 'SingleStack';
};

const portsIn = (spec: unknown): readonly string[] =>
  listOf(spec, 'ports')
    .slice(0, MOST_PORTS)
    .map((port) => `${String(fieldOf(port, 'port'))}/${textOf(port, 'protocol') ?? 'TCP'}`);

const selectorIn = (spec: unknown): string | null => {
  const labels = Object.entries(textsOf(spec, 'selector', LONGEST_LIST)).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return labels.length === 0 ? null : JSON.stringify(labels);
};

const poolsIn = (annotations: unknown): readonly string[] | null => {
  const annotation = POOL_ANNOTATIONS.find((name) => textOf(annotations, name) !== undefined);
  if (annotation === undefined) return null;
  const names = textOf(annotations, annotation)!.slice(0, LONGEST_LIST).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
};

const isStrange = (entry: unknown): boolean => {
  const ip = textOf(entry, 'ip');
  return ip === undefined || readServiceAddress(ip).version === null || textOf(entry, 'ipMode') === 'Proxy';
};

/** The API server notes who wrote which field last. */
const wroteStatus = (metadata: unknown, manager: string): boolean =>
  listOf(metadata, 'managedFields').some(
    (entry) =>
      textOf(entry, 'manager') === manager &&
      textOf(entry, 'subresource') === 'status' &&
      Object.hasOwn(
        objectOf(objectOf(objectOf(entry, 'fieldsV1'), 'f:status'), 'f:loadBalancer'),
        'f:ingress',
      ),
  );

/** What it asks for: `serviceOf` looks at that only while there is no status. */
const requestIn = (raw: unknown): Pick<Claimant, 'requested' | 'requestedBy'> => {
  const asking = serviceOf({ ...objectIn(raw), status: null });
  return 'value' in asking ? asking.value : { requested: [], requestedBy: '' };
};

/**
 * What allocation needs of a Service of the API (v1), whatever it may look like.
 * @param raw the object as JSON.parse made it
 * @param manager the name that we write under, which the API server keeps
 */
export const claimantOf = (raw: unknown, manager: string): Projected<Claimant> => {
  const read = serviceOf(raw);
  if (!('value' in read)) return read;
  const service = read.value;
  const [metadata, spec] = [fieldOf(raw, 'metadata'), fieldOf(raw, 'spec')];
  const ingress = service.isLoadBalancer
    ? listOf(objectOf(fieldOf(raw, 'status'), 'loadBalancer'), 'ingress').slice(0, MOST_ENTRIES)
    : [];
  const { requested, requestedBy } = requestIn(raw);
  const value: Claimant = {
    service,
    resourceVersion: textOf(metadata, 'resourceVersion') ?? '',
    requested,
    requestedBy,
    pools: poolsIn(fieldOf(metadata, 'annotations')),
    families: familiesIn(spec),
    familyPolicy: familyPolicyIn(spec),
    ports: portsIn(spec),
    selector: selectorIn(spec),
    ingress,
    strange: ingress.some(isStrange),
    ours: wroteStatus(metadata, manager),
  };
  return { value: Object.freeze(value) };
};

/** The families that it wants addresses of: all that it must or may have. */
export const wantedFamilies = ({ families, familyPolicy }: Claimant): readonly IpVersion[] =>
  familyPolicy === 'SingleStack' ? families.slice(0, 1) : families;

/** The addresses in its status. */
export const givenTo = ({ service }: Claimant): readonly string[] =>
  service.given.filter(({ version }) => version !== null).map(({ address }) => address);

/** `status.loadBalancer.ingress` with these addresses; what is known of those that stay is kept. */
export const ingressWith = ({ ingress }: Claimant, addresses: readonly string[]): readonly unknown[] => {
  const known = new Map(
    ingress.map((entry) => [readServiceAddress(textOf(entry, 'ip') ?? '').address, entry] as const),
  );
  return addresses.map((ip) => known.get(ip) ?? { ip });
};
