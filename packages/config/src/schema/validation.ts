import { z } from 'zod';
import { nearestName } from '../near-name.ts';
import { MOST_PROBLEMS, missing, type Problem, wrongValue } from '../problem.ts';
import { type Path, printable } from '../wording.ts';

type Issue = z.core.$ZodIssue;

/** As much of a JSON Schema as leads to the keys of a mapping. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

const keysAt = (shape: Shape | undefined, path: Path): readonly string[] => {
  if (shape === undefined) return [];
  if (shape.anyOf) return shape.anyOf.flatMap((branch) => keysAt(branch, path));
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(shape.properties ?? {});
  return keysAt(typeof step === 'number' ? shape.items : shape.properties?.[step], rest);
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );

/** A key nothing here knows, with the one that was probably meant. */
export const unknownKey = (path: Path, key: string, known: readonly string[]): Problem => {
  const near = nearestName(key, known);
  return {
    code: 'E_CONFIG_UNKNOWN_KEY',
    path: [...path, key],
    atKey: true,
    found: `the key ${printable(key)}`,
    expected: near ?? `one of ${known.join(', ')}`,
    text:
      near === undefined
        ? `unknown key; expected one of ${known.join(', ')}`
        : `unknown key; did you mean ${near}?`,
  };
};

/** The branch of a union that was meant: the only one that did not refuse the value's kind outright. */
const meantBranch = (issue: Issue): readonly Issue[] | undefined => {
  if (issue.code !== 'invalid_union') return undefined;
  const refused = ({ code, path }: Issue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const open = issue.errors.filter((branch) => !branch.some(refused));
  return open.length === 1 ? open[0] : undefined;
};

const problemsOf = (issue: Issue, value: unknown, schema: z.ZodType, at: Path): readonly Problem[] => {
  const inner = issue.path.filter((step) => typeof step !== 'symbol');
  const path = [...at, ...inner];
  const found = valueAt(value, inner);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(z.toJSONSchema(schema, { io: 'input' }) as Shape, inner);
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => unknownKey(path, key, known));
  }
  const branch = meantBranch(issue);
  if (branch)
    return branch.flatMap((nested) =>
      problemsOf({ ...nested, path: [...inner, ...nested.path] }, value, schema, at),
    );
  if (found === undefined) return [missing(path, issue.message)];
  // A list or mapping was wanted: a text here may be anything, even a pasted password.
  const wanted = issue.code === 'invalid_type' && /^(object|record|array)$/.test(issue.expected);
  return wanted && typeof found === 'string'
    ? [
        {
          ...wrongValue(path, 'text', issue.message),
          found: 'text',
          text: `found text; expected ${issue.message}`,
        },
      ]
    : [wrongValue(path, found, issue.message)];
};

/** `value` without some keys of the mapping that `path` leads to. */
const without = (value: unknown, path: Path, keys: readonly string[]): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const [step, ...rest] = path;
  if (Array.isArray(value))
    return value.map((element, i) => (i === step ? without(element, rest, keys) : element));
  const kept = Object.entries(value).filter(([key]) => step !== undefined || !keys.includes(key));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, key === step ? without(inner, rest, keys) : inner]),
  );
};

/** What the schema makes of a value whose unknown keys are left out; nothing if they are not all that is wrong. */
const withoutUnknownKeys = <T extends z.ZodType>(
  schema: T,
  value: unknown,
  issues: readonly Issue[],
): z.output<T> | undefined => {
  let kept = value;
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys' || issue.keys.length > MOST_PROBLEMS) return undefined;
    kept = without(
      kept,
      issue.path.filter((step) => typeof step !== 'symbol'),
      issue.keys,
    );
  }
  return schema.safeParse(kept).data;
};

/**
 * Checks one part of the file; what is wrong goes to `problems`.
 * @returns the part as the schema reads it, unknown keys left out; `undefined` if anything else is wrong with it
 */
export const validate = <T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: Path,
  problems: Problem[],
): z.output<T> | undefined => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (problems.length >= MOST_PROBLEMS) break;
    problems.push(...problemsOf(issue, value, schema, path));
  }
  return withoutUnknownKeys(schema, value, result.error.issues);
};
