/** What of an API object could be read: a value, or why there is none. `key` is there when a name was. */
export type Projected<Value> =
  | { readonly value: Value }
  | { readonly because: string; readonly key: string | undefined };

type JsonObject = Readonly<Record<string, unknown>>;

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/i;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Of what somebody wrote, people are shown no more. */
export const LONGEST_SHOWN = 64;

/** An object's own fields; none for anything else. */
export const objectIn = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** A field that the object itself has: never one of Object.prototype. */
export const fieldOf = (value: unknown, field: string): unknown => {
  const object = objectIn(value);
  return Object.hasOwn(object, field) ? object[field] : undefined;
};

/** The object in a field; one without fields for anything else. */
export const objectOf = (value: unknown, field: string): JsonObject => objectIn(fieldOf(value, field));

/** The list in a field; an empty one for anything else. */
export const listOf = (value: unknown, field: string): readonly unknown[] => {
  const list = fieldOf(value, field);
  return Array.isArray(list) ? list : [];
};

/** The text in a field; `undefined` for anything else, and for no text at all. */
export const textOf = (value: unknown, field: string): string | undefined => {
  const text = fieldOf(value, field);
  return typeof text === 'string' && text !== '' ? text : undefined;
};

/** The texts in a field, in the order of their keys, at most `longest` long; `toString` may be a key like any other. */
export const textsOf = (value: unknown, field: string, longest: number): Readonly<Record<string, string>> => {
  const texts: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(objectOf(value, field)))
    if (typeof text === 'string' && text.length <= longest) texts[key] = text;
  return Object.freeze(texts);
};

/** The names of an object of the API; `undefined` when it has none that Kubernetes would give. */
export const namesOf = (raw: unknown): { readonly namespace: string; readonly name: string } | undefined => {
  const metadata = objectOf(raw, 'metadata');
  const [name, namespace = 'default'] = [textOf(metadata, 'name'), textOf(metadata, 'namespace')];
  return name !== undefined && NAME.test(name) && NAME.test(namespace) ? { namespace, name } : undefined;
};

/** What somebody wrote, in quotes, cut and without anything that could disturb a terminal. */
export const quoted = (text: string): string => {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(cut.replace(UNPRINTABLE, '�'));
};
