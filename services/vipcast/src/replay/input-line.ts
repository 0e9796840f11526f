import type { RecordedInput } from '@vipcast/log';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const written = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(written);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, written(field)]));
};

const read = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(read);
  if (!isFields(value)) return value;
  if (typeof value.base64 === 'string' && Object.keys(value).length === 1)
    return new Uint8Array(Buffer.from(value.base64, 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, read(field)]));
};

/** A recorded input as one line of JSON, its bytes as `{"base64": …}`. Such a line, and no other, has an `input`. */
export const inputLine = ({ position, actor, at, input }: RecordedInput): string =>
  `${JSON.stringify({ position, actor, at, input: written(input) })}\n`;

/**
 * The recorded input in a parsed line.
 * @returns `undefined` when it is none
 */
export const readInputLine = (line: unknown): RecordedInput | undefined => {
  if (!isFields(line) || !isFields(line.input) || typeof line.input.type !== 'string') return undefined;
  const { position, actor, at } = line;
  if (typeof position !== 'number' || typeof actor !== 'string' || typeof at !== 'number') return undefined;
  return { position, actor, at, input: read(line.input) };
};
