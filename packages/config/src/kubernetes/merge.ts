import type { Config } from '../config.ts';
import { advertisementConfigs, doubtsAbout, type KnownNames } from './advertisement-merge.ts';
import { accepted, type ResourceCondition, refused } from './condition.ts';
import { type Labels, selects } from './label-selector.ts';
import { createPeerRegister } from './peer-merge.ts';
import { createPoolRegister } from './pool-merge.ts';
import { resourceFinding } from './reading.ts';
import type { AdvertisementResource, ReadResource, Resource, ResourceFinding } from './resource.ts';
import type { Verdict } from './verdict.ts';

/** A configuration with what Kubernetes' resources add to it. */
export interface Merged {
  readonly config: Config;
  /** One for each resource, in the order given. */
  readonly conditions: readonly ResourceCondition[];
  /** Everything that is wrong or doubtful; `W_` codes refuse nothing. */
  readonly findings: readonly ResourceFinding[];
  /** The resources that take part, on whatever node. */
  readonly accepted: readonly Resource[];
}

/** The older keeps what two want; of two as old, the one first by name. */
const bySeniority = (a: Resource, b: Resource): number => {
  const [born, other] = [a.createdAt ?? '', b.createdAt ?? ''];
  if (born !== other) return born < other ? -1 : 1;
  return a.name < b.name ? -1 : 1;
};

const judgeAdvertisement = (resource: AdvertisementResource, known: KnownNames): Verdict => {
  const problems = doubtsAbout(resource, known);
  const doubts = problems.map((problem) => resourceFinding(resource, problem).message).join('; ');
  return { condition: doubts === '' ? accepted(resource) : accepted(resource, doubts), problems };
};

/**
 * Puts the resources that concern one node into its configuration. Each is accepted or refused by itself; the file
 * wins over all of them. An advertisement that is refused still counts as one that exists, so that a mistake in the
 * only one does not let every VIP go to every peer.
 * @param resources - all of the cluster, each as it was last read; a caller that wants an edit that went wrong to
 *   change nothing gives the version before
 * @param labels - those of this node
 */
export const mergeResources = (
  config: Config,
  resources: readonly ReadResource[],
  labels: Labels,
): Merged => {
  const read = resources.filter((entry) => entry.ok).map(({ resource }) => resource);
  const named = (kind: Resource['kind']) =>
    read.filter((other) => other.kind === kind).map(({ name }) => name);
  const known: KnownNames = {
    peers: new Set([...config.peers.map(({ name }) => name), ...named('BGPPeer')]),
    pools: new Set(named('VIPPool')),
  };
  const peers = createPeerRegister(config);
  const poolRegister = createPoolRegister();
  const judge = (resource: Resource): Verdict => {
    if (resource.kind === 'VIPPool') return poolRegister.add(resource);
    if (resource.kind === 'BGPAdvertisement') return judgeAdvertisement(resource, known);
    if (selects(resource.nodeSelector, labels)) return peers.add(resource);
    const message = `not used on node ${config.node}, which its nodeSelector does not select`;
    return { condition: accepted(resource, message), problems: [] };
  };
  const verdicts = new Map([...read].sort(bySeniority).map((resource) => [resource, judge(resource)]));
  const conditionOf = (entry: ReadResource): ResourceCondition =>
    entry.ok
      ? (verdicts.get(entry.resource) as Verdict).condition
      : refused(entry, 'Invalid', entry.findings[0]?.message ?? '');
  const here = read
    .filter((resource) => resource.kind === 'BGPAdvertisement')
    .filter(({ nodeSelector }) => selects(nodeSelector, labels));
  const exist = resources.some((entry) => (entry.ok ? entry.resource : entry).kind === 'BGPAdvertisement');
  const pools = poolRegister.added();
  return {
    config: {
      ...config,
      peers: [...config.peers, ...peers.added],
      advertisements: exist ? advertisementConfigs(here, pools) : null,
      pools,
    },
    conditions: resources.map(conditionOf),
    findings: resources.flatMap((entry) =>
      entry.ok
        ? (verdicts.get(entry.resource)?.problems ?? []).map((problem) =>
            resourceFinding(entry.resource, problem),
          )
        : entry.findings,
    ),
    accepted: read.filter((resource) => verdicts.get(resource)?.condition.status === 'True'),
  };
};
