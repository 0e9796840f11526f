import {
  type Config,
  type Labels,
  mergeResources,
  type ReadResource,
  type Resource,
  type ResourceCondition,
} from '@vipcast/config';

/** A resource as it was last read, and the version of it that last took part. */
export interface KnownResource {
  readonly uid: string;
  readonly read: ReadResource;
  readonly taken: Resource | null;
}

/** What is known of a cluster's resources, and the labels of this node, by which some are chosen. Plain data. */
export interface Known {
  readonly resources: readonly KnownResource[];
  readonly labels: Labels;
}

/** A resource as the API server has it. */
export type HeardResource = Pick<KnownResource, 'uid' | 'read'>;

/** A configuration with all known resources in it. */
export interface MergedKnown {
  readonly config: Config;
  /** One for each resource, in their order. */
  readonly conditions: readonly ResourceCondition[];
  /** With the versions that now take part. */
  readonly known: Known;
}

/** What is known after all there is was heard: of an object that stays, the version that took part is remembered. */
export const knownFrom = (
  before: Known | undefined,
  heard: readonly HeardResource[],
  labels: Labels,
): Known => {
  const taken = new Map(before?.resources.map((each) => [each.uid, each.taken]));
  return { labels, resources: heard.map(({ uid, read }) => ({ uid, read, taken: taken.get(uid) ?? null })) };
};

const resourceIn = (read: ReadResource): Resource | null => (read.ok ? read.resource : null);

/**
 * Merges what is known into a configuration. Where an edit is refused, the version before it, which took part, stays;
 * the condition is about the edit.
 */
export const mergeKnown = (config: Config, { resources, labels }: Known): MergedKnown => {
  const versions = resources.map(({ read }) => read);
  const refusals = new Map<number, ResourceCondition>();
  for (;;) {
    const merged = mergeResources(config, versions, labels);
    const isOut = (i: number): boolean => merged.conditions[i]?.status === 'False';
    const fallen = [...resources.keys()].filter(
      (i) => isOut(i) && !refusals.has(i) && resources[i]?.taken !== null,
    );
    for (const i of fallen) {
      refusals.set(i, merged.conditions[i] as ResourceCondition);
      versions[i] = { ok: true, resource: resources[i]?.taken as Resource };
    }
    if (fallen.length > 0) continue;
    return {
      config: merged.config,
      conditions: merged.conditions.map((condition, i) => {
        const refusal = refusals.get(i);
        if (refusal === undefined || isOut(i)) return refusal ?? condition;
        return { ...refusal, message: `${refusal.message}; the version before it stays` };
      }),
      known: {
        labels,
        resources: resources.map((each, i) =>
          isOut(i) ? each : { ...each, taken: resourceIn(versions[i] as ReadResource) },
        ),
      },
    };
  }
};

/**
 * A configuration before its cluster's resources were ever heard. There may be advertisements that say where VIPs of
 * Kubernetes must not go, so they wait; those that are out already, since resources were not wanted until now, stay.
 * @param running - the configuration that holds, if one does
 */
export const mergeUnheard = (config: Config, running?: Config): Config => ({
  ...config,
  advertisements: running === undefined ? [] : running.advertisements,
});

/** True when a configuration wants resources to be followed. */
export const wantsResources = ({ kubernetes }: Config): boolean => kubernetes.enabled && kubernetes.resources;
