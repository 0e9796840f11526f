import type { Draft } from '../book.ts';
import { claimsOf } from './claim.ts';
import type { Cluster, ClusterState, Slices } from './cluster.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { ServicesInput, Told } from './input.ts';
import { type Namespace, sameLabels } from './namespace.ts';
import type { Advertisement, Labels } from './selector.ts';
import type { Service } from './service.ts';
import type { ServiceSettings } from './settings.ts';

/** What somebody plainly changed, as against what a list no longer shows. */
export type Evidence = 'service' | 'node' | 'advertisements' | 'settings';

/** A step being made. It lives no longer than the step. */
export interface Intake extends Cluster {
  settings: ServiceSettings;
  node: ClusterNode | null;
  advertisements: readonly Advertisement[] | null;
  readonly namespaces: Draft<Labels>;
  readonly services: Draft<Service>;
  readonly slices: Draft<Slices>;
  readonly owners: Draft<string>;
  readonly claims: Draft<readonly string[]>;
  /** Services to judge anew. */
  readonly touched: Set<string>;
  /** Every Service is to be judged anew. */
  everything: boolean;
  /** Services that an event of a watch was about. */
  readonly plain: Set<string>;
  /** Other evidence, which is about all Services. */
  readonly evidence: Set<Evidence>;
}

/** Opens what is known for changes. */
export const beginIntake = (cluster: ClusterState): Intake => ({
  settings: cluster.settings,
  node: cluster.node,
  advertisements: cluster.advertisements,
  namespaces: cluster.namespaces.edit(),
  services: cluster.services.edit(),
  slices: cluster.slices.edit(),
  owners: cluster.owners.edit(),
  claims: cluster.claims.edit(),
  touched: new Set(),
  everything: false,
  plain: new Set(),
  evidence: new Set(),
});

/** What is known now. */
export const endIntake = (intake: Intake): ClusterState => ({
  settings: intake.settings,
  node: intake.node,
  advertisements: intake.advertisements,
  namespaces: intake.namespaces.done(),
  services: intake.services.done(),
  slices: intake.slices.done(),
  owners: intake.owners.done(),
  claims: intake.claims.done(),
});

/** Changes what a Service lays claim to. Whoever has the same address is judged anew. */
const claim = (
  { claims, touched }: Intake,
  key: string,
  before: readonly string[],
  after: readonly string[],
): void => {
  for (const address of [...before, ...after]) {
    const claimants = claims.get(address) ?? [];
    for (const claimant of claimants) touched.add(claimant);
  }
  if (before.length === after.length && before.every((address, i) => address === after[i])) return;
  for (const address of before) {
    const others = (claims.get(address) ?? []).filter((claimant) => claimant !== key);
    if (others.length > 0) claims.set(address, others);
    else claims.delete(address);
  }
  for (const address of after) claims.set(address, [...(claims.get(address) ?? []), key]);
};

const changeService = (intake: Intake, key: string, service: Service | undefined, told: Told): void => {
  const before = intake.services.get(key);
  if (before === undefined && service === undefined) return;
  if (service === undefined) intake.services.delete(key);
  else intake.services.set(key, service);
  claim(intake, key, claimsOf(before, intake.settings), claimsOf(service, intake.settings));
  intake.touched.add(key);
  if (told === 'watch') intake.plain.add(key);
};

const sameSlice = (a: EndpointSlice | undefined, b: EndpointSlice): boolean =>
  a !== undefined && a.version === b.version && a.anywhere === b.anywhere && a.here === b.here;

const removeSlice = (intake: Intake, key: string): void => {
  const service = intake.owners.get(key);
  if (service === undefined) return;
  const slices = new Map(intake.slices.get(service));
  slices.delete(key);
  if (slices.size > 0) intake.slices.set(service, slices);
  else intake.slices.delete(service);
  intake.owners.delete(key);
  intake.touched.add(service);
};

const setSlice = (intake: Intake, slice: EndpointSlice): void => {
  const { key, service } = slice;
  const owner = intake.owners.get(key);
  if (owner !== undefined && owner !== service) removeSlice(intake, key);
  const slices = intake.slices.get(service);
  if (sameSlice(slices?.get(key), slice)) return;
  intake.slices.set(service, new Map(slices).set(key, slice));
  if (owner !== service) intake.owners.set(key, service);
  intake.touched.add(service);
};

/** A namespace that is new has no Services whose verdicts could change for it. */
const changeNamespace = (intake: Intake, { name, labels }: Namespace, told: Told): void => {
  const before = intake.namespaces.get(name);
  if (before !== undefined && sameLabels(before, labels)) return;
  intake.namespaces.set(name, labels);
  intake.everything = true;
  if (told === 'watch' && before !== undefined) intake.evidence.add('advertisements');
};

const removeNamespace = (intake: Intake, name: string): void => {
  if (intake.namespaces.get(name) === undefined) return;
  intake.namespaces.delete(name);
  intake.everything = true;
};

const changeSettings = (intake: Intake, settings: ServiceSettings): void => {
  intake.settings = settings;
  for (const address of [...intake.claims.keys()]) intake.claims.delete(address);
  for (const service of intake.services.values()) claim(intake, service.key, [], claimsOf(service, settings));
  intake.everything = true;
  intake.evidence.add('settings');
};

const sameNode = (a: ClusterNode | null, b: ClusterNode | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.excluded === b.excluded &&
    a.networkUnavailable === b.networkUnavailable &&
    a.name === b.name);

/** Takes one input, and notes who is to be judged anew and what is plain about it. */
export const take = (intake: Intake, input: ServicesInput): void => {
  switch (input.type) {
    case 'ServicesChanged':
      for (const service of input.set) changeService(intake, service.key, service, input.told);
      for (const key of input.deleted) changeService(intake, key, undefined, input.told);
      break;
    case 'SlicesChanged':
      for (const slice of input.set) setSlice(intake, slice);
      for (const key of input.deleted) removeSlice(intake, key);
      break;
    case 'NodeChanged':
      if (!sameNode(intake.node, input.node)) {
        intake.everything = true;
        if (input.told === 'watch') intake.evidence.add('node');
      }
      intake.node = input.node;
      break;
    case 'AdvertisementsChanged':
      intake.advertisements = input.advertisements;
      intake.everything = true;
      if (input.told === 'watch') intake.evidence.add('advertisements');
      break;
    case 'NamespacesChanged':
      for (const namespace of input.set) changeNamespace(intake, namespace, input.told);
      for (const name of input.deleted) removeNamespace(intake, name);
      break;
    case 'SettingsChanged':
      changeSettings(intake, input.settings);
      break;
    case 'Listed':
  }
};
