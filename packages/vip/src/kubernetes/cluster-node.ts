import { fieldOf, listOf, namesOf, objectOf, type Projected, textOf } from './json.ts';

/** A Node with this taint, whatever its value and effect, is drained. */
export const DRAIN_TAINT = 'vipcast.io/drain';

/** The label that keeps Nodes out of load balancers. */
export const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
/** More taints than a Node has; what comes after is not looked at. */
export const MOST_TAINTS = 64;

/** What deciding needs of the Node that this daemon runs on. */
export interface ClusterNode {
  readonly name: string;
  /** Has the label that keeps Nodes out of load balancers; any value counts. */
  readonly excluded: boolean;
  /** Has the condition NetworkUnavailable. */
  readonly networkUnavailable: boolean;
  /** `kubectl cordon`. */
  readonly cordoned: boolean;
  /** Keys of its taints. */
  readonly taints: readonly string[];
}

/**
 * What deciding needs of a Node of the API (v1), whatever it may look like.
 * @param raw the object as JSON.parse made it
 */
export const nodeOf = (raw: unknown): Projected<ClusterNode> => {
  const names = namesOf(raw);
  if (names === undefined) return { because: 'a Node without a proper name', key: undefined };
  const spec = fieldOf(raw, 'spec');
  const value: ClusterNode = {
    name: names.name,
    excluded: Object.hasOwn(objectOf(fieldOf(raw, 'metadata'), 'labels'), EXCLUDED),
    networkUnavailable: listOf(fieldOf(raw, 'status'), 'conditions').some(
      (condition) =>
        fieldOf(condition, 'type') === 'NetworkUnavailable' && fieldOf(condition, 'status') === 'True',
    ),
    cordoned: fieldOf(spec, 'unschedulable') === true,
    taints: Object.freeze(
      listOf(spec, 'taints')
        .slice(0, MOST_TAINTS)
        .map((taint) => textOf(taint, 'key') ?? '')
        .toSorted(),
    ),
  };
  return { value: Object.freeze(value) };
};
