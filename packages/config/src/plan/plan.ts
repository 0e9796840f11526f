import type {
  AdvertisementConfig,
  BgpConfig,
  Config,
  KubernetesConfig,
  LogConfig,
  PeerConfig,
  PoolConfig,
  VipConfig,
} from '../config.ts';
import { formatRange } from '../kubernetes/address-range.ts';
import { type Change, changeOf, type Kind } from './change.ts';
import { policyChanges } from './policy.ts';
import { type Reset, resetsOf } from './reset.ts';

/** What a new configuration does to a running node. */
export interface Plan {
  readonly added: readonly Change[];
  readonly changed: readonly Change[];
  readonly removed: readonly Change[];
  /** Sessions of peers that stay and must be opened anew. */
  readonly resets: readonly Reset[];
}

type Part = Omit<Plan, 'resets'>;

const namedChanges = <T extends { readonly name: string }>(
  kind: Kind,
  before: readonly T[],
  after: readonly T[],
  summary: (thing: T) => string,
): Part => {
  const old = new Map(before.map((thing) => [thing.name, thing]));
  const kept = new Set(after.map(({ name }) => name));
  const whole = (thing: T): Change => ({ kind, name: thing.name, fields: [], text: summary(thing) });
  return {
    added: after.filter(({ name }) => !old.has(name)).map(whole),
    changed: after.flatMap((thing) => {
      const previous = old.get(thing.name);
      return (previous && changeOf(kind, thing.name, previous, thing)) ?? [];
    }),
    removed: before.filter(({ name }) => !kept.has(name)).map(whole),
  };
};

const sectionChanges = <T extends object>(
  kind: Kind,
  before: T | undefined,
  after: T,
  summary: string,
): Part => {
  const change = before && changeOf(kind, kind, before, after);
  return {
    added: before ? [] : [{ kind, name: kind, fields: [], text: summary }],
    changed: change ? [change] : [],
    removed: [],
  };
};

const peerSummary = (peer: PeerConfig): string =>
  `${peer.address ?? peer.interface} port ${peer.port}, AS ${peer.peerASN}, ${peer.families.join(' and ')}`;

const vipSummary = (vip: VipConfig): string => vip.addresses.join(', ');

const bgpSummary = (bgp: BgpConfig): string =>
  `local AS ${bgp.localASN}, router ID ${bgp.routerId ?? 'derived'}`;

const recordOf = ({ cluster, node, log }: Config): LogConfig & { cluster: string; node: string } => ({
  cluster,
  node,
  ...log,
});

const advertisementSummary = ({ peers, families }: AdvertisementConfig): string =>
  `to ${peers?.join(', ') ?? 'every peer'}${families === null ? '' : `, ${families.join(' and ')}`}`;

/** The first BGPAdvertisement narrows what all the others of its kind allow, and the last one frees it. */
const narrowed = (before: Config | null, after: Config): Part => {
  const [was, is] = [before?.advertisements ?? null, after.advertisements ?? null];
  const text =
    is === null ? 'every VIP goes to every peer' : 'VIPs of Kubernetes go only where BGPAdvertisements say';
  const change: Change = { kind: 'advertisement', name: 'advertisement', fields: [], text };
  return { added: [], changed: (was === null) === (is === null) ? [] : [change], removed: [] };
};

const poolSummary = ({ addresses }: PoolConfig): string => addresses.map(formatRange).join(', ');

const kubernetesSummary = ({ loadBalancerClass, alsoWithoutClass, namespace }: KubernetesConfig): string =>
  `Services of ${namespace === null ? 'all namespaces' : `namespace ${namespace}`}, ` +
  (loadBalancerClass === null
    ? 'without a class'
    : `of class ${loadBalancerClass}${alsoWithoutClass ? ' or without one' : ''}`);

const kubernetesChanges = (before: Config | null, after: Config): Part => {
  const [was, is] = [before?.kubernetes.enabled ? before.kubernetes : undefined, after.kubernetes];
  if (is.enabled) return sectionChanges('kubernetes', was, is, kubernetesSummary(is));
  const gone: Change = { kind: 'kubernetes', name: 'kubernetes', fields: [], text: 'Services' };
  return { added: [], changed: [], removed: was ? [gone] : [] };
};

const lookingGlassChanges = (before: Config | null, after: Config): Part => {
  const [was, is] = [before?.lookingGlass ?? undefined, after.lookingGlass];
  if (is !== null) return sectionChanges('lookingGlass', was, is, is.listen);
  const gone = (listen: string): Change => ({
    kind: 'lookingGlass',
    name: 'lookingGlass',
    fields: [],
    text: listen,
  });
  return { added: [], changed: [], removed: was ? [gone(was.listen)] : [] };
};

/**
 * What changes when `after` takes the place of `before`, and which sessions must be reset for it.
 * @param before - the running configuration; `null` at the start, when everything is added
 */
export const planChange = (before: Config | null, after: Config): Plan => {
  const record = recordOf(after);
  const parts = [
    sectionChanges('bgp', before?.bgp, after.bgp, bgpSummary(after.bgp)),
    namedChanges('peer', before?.peers ?? [], after.peers, peerSummary),
    namedChanges('vip', before?.vips ?? [], after.vips, vipSummary),
    narrowed(before, after),
    namedChanges(
      'advertisement',
      before?.advertisements ?? [],
      after.advertisements ?? [],
      advertisementSummary,
    ),
    namedChanges('pool', before?.pools ?? [], after.pools ?? [], poolSummary),
    policyChanges(before?.policy ?? [], after.policy),
    kubernetesChanges(before, after),
    sectionChanges('log', before ? recordOf(before) : undefined, record, record.journal),
    lookingGlassChanges(before, after),
  ];
  return {
    added: parts.flatMap(({ added }) => added),
    changed: parts.flatMap(({ changed }) => changed),
    removed: parts.flatMap(({ removed }) => removed),
    resets: before ? resetsOf(before, after) : [],
  };
};
