import { listOf, objectOf, textOf, textsOf } from './json.ts';

/** Labels as Kubernetes has them. */
export type Labels = Readonly<Record<string, string>>;

/** A label selector of Kubernetes; one that says nothing selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?: readonly LabelRequirement[] | undefined;
}

/** One of a selector's expressions; an operator that is not one of the four selects nothing. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** An announcement that may select Services. Those that do not concern this node are not given here. */
export interface Advertisement {
  readonly name: string;
  /** `null`: all Services. */
  readonly serviceSelector: LabelSelector | null;
  /** `null`: all namespaces. A namespace is known by the one label `kubernetes.io/metadata.name`. */
  readonly namespaceSelector: LabelSelector | null;
}

const LONGEST_LABEL = 63;

const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** As Kubernetes has it, NotIn also holds for what has no such label. */
const meets = (labels: Labels, { key, operator, values = [] }: LabelRequirement): boolean => {
  const value = labelOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
};

const selects = (selector: LabelSelector | null, labels: Labels): boolean =>
  selector === null ||
  (Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement)));

/** The names of the advertisements that select a Service, in order. */
export const selectedBy = (
  advertisements: readonly Advertisement[],
  { namespace, labels }: { readonly namespace: string; readonly labels: Labels },
): readonly string[] => {
  const namespaceLabels = { 'kubernetes.io/metadata.name': namespace };
  return advertisements
    .filter(
      ({ serviceSelector, namespaceSelector }) =>
        selects(serviceSelector, labels) && selects(namespaceSelector, namespaceLabels),
    )
    .map(({ name }) => name)
    .toSorted();
};

/** What cannot be understood selects nothing: to announce too little is seen sooner than to announce too much. */
const NOTHING: LabelSelector = { matchExpressions: [{ key: '', operator: 'none' }] };

const requirementOf = (raw: unknown): LabelRequirement => ({
  key: textOf(raw, 'key') ?? '',
  operator: textOf(raw, 'operator') ?? '',
  values: listOf(raw, 'values').filter((value) => typeof value === 'string'),
});

/**
 * Reads a label selector of the API.
 * @param raw what stands in the field; nothing is read as `null`, which selects everything
 */
export const selectorOf = (raw: unknown): LabelSelector | null => {
  if (raw === undefined || raw === null) return null;
  const matchLabels = textsOf(raw, 'matchLabels', LONGEST_LABEL);
  const written = Object.keys(objectOf(raw, 'matchLabels')).length;
  if (typeof raw !== 'object' || Object.keys(matchLabels).length !== written) return NOTHING;
  return { matchLabels, matchExpressions: listOf(raw, 'matchExpressions').map(requirementOf) };
};
