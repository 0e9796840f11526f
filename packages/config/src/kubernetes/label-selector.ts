import { z } from 'zod';
import { text } from '../schema/scalar.ts';

const NAME = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const KEY = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${NAME}$`);
const VALUE = new RegExp(`^(${NAME})?$`);

const matching = (pattern: RegExp) => (written: string) => (pattern.test(written) ? written : undefined);

/** `kubernetes.io/hostname`. */
export const labelKey = text('a label key such as kubernetes.io/hostname', matching(KEY));

/** At most 63 characters, or none. */
export const labelValue = text('a label value of at most 63 characters', matching(VALUE));

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** One requirement of a selector. */
export const labelExpression = z
  .strictObject(
    {
      key: labelKey,
      operator: z.enum(OPERATORS, { error: 'In, NotIn, Exists or DoesNotExist' }),
      values: z.array(labelValue, { error: 'a list of label values' }).nullish(),
    },
    { error: 'a mapping with key and operator' },
  )
  .refine(({ operator, values }) => /In$/.test(operator) === (values ?? []).length > 0, {
    error: 'values beside In and NotIn, and beside no other operator',
    path: ['values'],
  });

/** A `metav1.LabelSelector`. */
export const labelSelector = z.strictObject(
  {
    matchLabels: z.record(labelKey, labelValue, { error: 'a mapping of labels' }).nullish(),
    matchExpressions: z.array(labelExpression, { error: 'a list of expressions' }).nullish(),
  },
  { error: 'a mapping with matchLabels or matchExpressions' },
);

/** Which labels are meant; all that it says must hold, and one that says nothing matches everything. */
export type LabelSelector = z.output<typeof labelSelector>;

/** Labels of an object by their keys. */
export type Labels = Readonly<Record<string, string>>;

const has = (labels: Labels, key: string): boolean => Object.hasOwn(labels, key);

/** True when a selector matches an object's labels, as the API server would have it; none matches everything. */
export const selects = (selector: LabelSelector | null | undefined, labels: Labels): boolean => {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(
    ([key, value]) => has(labels, key) && labels[key] === value,
  );
  const holds = ({ key, operator, values }: z.output<typeof labelExpression>): boolean => {
    const among = has(labels, key) && (values ?? []).includes(labels[key] ?? '');
    switch (operator) {
      case 'In':
        return among;
      case 'NotIn':
        return !among;
      case 'Exists':
        return has(labels, key);
      case 'DoesNotExist':
        return !has(labels, key);
    }
  };
  return equal && (selector?.matchExpressions ?? []).every(holds);
};
