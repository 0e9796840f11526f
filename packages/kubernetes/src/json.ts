/** A JSON object whose fields are not yet known. */
export type JsonObject = { readonly [field: string]: unknown };

/** True for an object that is not a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parses JSON.
 * @returns `undefined` when it is none; Node's own error would quote the text, which may hold a secret
 */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A field's text, or '' when it is missing or something else. */
export const textOf = (object: JsonObject, field: string): string => {
  const value = object[field];
  return typeof value === 'string' ? value : '';
};

/** A field's object, or an empty one. */
export const objectOf = (object: JsonObject, field: string): JsonObject => {
  const value = object[field];
  return isObject(value) ? value : {};
};
