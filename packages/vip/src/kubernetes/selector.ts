import { type Address, compareAddresses, parseAddress } from '@vipcast/net';
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
  /** `null`: all namespaces. */
  readonly namespaces: readonly string[] | null;
  /** `null`: all namespaces. Of one that was not told only the label `kubernetes.io/metadata.name` is known. */
  readonly namespaceSelector: LabelSelector | null;
  /** `null`: all addresses. */
  readonly addresses: readonly AddressRange[] | null;
}

/** Addresses of one family from the first to the last, both included. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
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

/** What is to be selected. */
interface Candidate {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The advertisements that select a Service, whatever its addresses are. */
export const selecting = (
  advertisements: readonly Advertisement[],
  { namespace, labels }: Candidate,
  known: Labels | undefined,
): readonly Advertisement[] => {
  const namespaceLabels = { ...known, 'kubernetes.io/metadata.name': namespace };
  return advertisements.filter(
    ({ serviceSelector, namespaces, namespaceSelector }) =>
      selects(serviceSelector, labels) &&
      (namespaces?.includes(namespace) ?? true) &&
      selects(namespaceSelector, namespaceLabels),
  );
};

const isWithin = (address: Address, { first, last }: AddressRange): boolean =>
  address.version === first.version &&
  compareAddresses(first, address) <= 0 &&
  compareAddresses(address, last) <= 0;

/** True when an advertisement is about this address, which is canonical text. */
export const covers = ({ addresses }: Advertisement, text: string): boolean => {
  if (addresses === null) return true;
  const address = parseAddress(text);
  return address !== undefined && addresses.some((range) => isWithin(address, range));
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
