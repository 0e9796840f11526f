import { z } from 'zod';
import { RULES } from './rules.ts';

/** A node of an OpenAPI v3 schema as CustomResourceDefinitions take it. */
export type Structural = Readonly<Record<string, unknown>>;

/** Without limits the API server takes a CEL rule for too costly to run. */
const MOST_ITEMS = 64;
const MOST_PROPERTIES = 64;
const LONGEST = 253;

type Json = Readonly<Record<string, unknown>>;

const isNull = (schema: Json): boolean => schema.type === 'null';

/** A number or one of some words: what the API server calls an int-or-string. */
const numberOrWord = (branches: readonly Json[]): Structural | undefined => {
  const number = branches.find(({ type }) => type === 'integer');
  const word = branches.find((branch) => branch.type === 'string' && Array.isArray(branch.enum));
  if (!number || !word) return undefined;
  const { type: _, ...limits } = number;
  return {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    ...limits,
    pattern: `^(${(word.enum as readonly string[]).join('|')})$`,
  };
};

const objectOf = ({ properties, required, additionalProperties }: Json): Structural => {
  if (properties === undefined)
    return { additionalProperties: structural(additionalProperties as Json), maxProperties: MOST_PROPERTIES };
  const fields = Object.entries(properties as Record<string, Json>);
  return {
    ...(required === undefined ? {} : { required }),
    properties: Object.fromEntries(fields.map(([name, field]) => [name, structural(field)])),
  };
};

/** What stands beside `null` in a list of types. */
const typeOf = ({ type }: Json): unknown => (Array.isArray(type) ? type.find((one) => one !== 'null') : type);

const typed = (schema: Json): Structural => {
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return {
        minItems: schema.minItems,
        maxItems: schema.maxItems ?? MOST_ITEMS,
        'x-kubernetes-list-type': 'atomic',
        items: structural(schema.items as Json),
      };
    case 'integer':
      return { format: 'int64', minimum: schema.minimum, maximum: schema.maximum };
    case 'string':
      return schema.enum
        ? { enum: schema.enum }
        : { maxLength: schema.maxLength ?? LONGEST, pattern: schema.pattern };
    default:
      return {};
  }
};

const defined = (node: Json): Structural =>
  Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));

/** What stands beside `null`, described by what stands around both. */
const structural = (schema: Json): Structural => {
  const { anyOf, description } = schema;
  const rules = { 'x-kubernetes-validations': schema['x-kubernetes-validations'] };
  if (Array.isArray(anyOf)) {
    const branches = (anyOf as readonly Json[]).filter((branch) => !isNull(branch));
    const [only = {}] = branches;
    const union = numberOrWord(
      branches.flatMap((branch) => (branch.anyOf as readonly Json[] | undefined) ?? [branch]),
    );
    return { ...defined(rules), ...(union ?? structural(only)), ...defined({ description }) };
  }
  return defined({
    type: typeOf(schema),
    description,
    ...typed(schema),
    ...rules,
  });
};

/**
 * The structural schema of a zod schema that the configuration is read with: JSON Schema as zod writes it, what
 * `RULES` adds in CEL, and the shape that the API server insists on. `null` and unknown keys are left to it: it drops
 * both.
 */
export const structuralSchema = (schema: z.ZodType): Structural =>
  structural(
    z.toJSONSchema(schema, {
      io: 'input',
      override: ({ zodSchema, jsonSchema }) => {
        // A schema that was described is a copy of the one that the rules are for.
        const added = RULES.get(zodSchema) ?? RULES.get(zodSchema._zod.parent ?? zodSchema);
        if (added === undefined) return;
        const { rules = [], ...limits } = added;
        const message = `expected ${jsonSchema.description ?? 'another value'}`;
        Object.assign(jsonSchema, limits);
        if (rules.length > 0)
          jsonSchema['x-kubernetes-validations'] = rules.map((rule) => ({ message, ...rule }));
      },
    }) as Json,
  );
