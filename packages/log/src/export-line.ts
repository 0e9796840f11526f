import type { RecordedFact } from '@vipcast/events';
import { decode, encode } from './encoding.ts';
import type { StoredFact } from './log.ts';

/** A fact as a line of an export gives it, and the bytes that its hash covers. */
export interface ExportedFact {
  readonly fact: RecordedFact;
  readonly body: Uint8Array;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const withoutBigints = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

/** The fact, its data decoded. */
export const decodeFact = (fact: StoredFact): RecordedFact =>
  ({ ...fact, data: decode(fact.data) }) as RecordedFact;

/**
 * One recorded fact as a line of JSON: the envelope in its own words, times in milliseconds since 1970, `hash` in
 * hexadecimal, `data` as it is. Where JSON cannot give back the bytes that the hash covers (a writer in another language
 * may encode otherwise, and bytes are no JSON), they follow as `body`, in base64.
 * @param stored the MessagePack of the data, as the log keeps it
 */
export const factLine = (fact: RecordedFact, stored: Uint8Array): string => {
  const { position, writer, epoch, n, id, type, v, subject, at, recordedAt, causationId, correlationId } =
    fact;
  const body = bytesOf(stored);
  const data = JSON.stringify(fact.data, withoutBigints) ?? 'null';
  const same = body.equals(encode(JSON.parse(data)));
  const envelope = { position, writer, epoch, n, id, type, v, subject, at, recordedAt };
  const rest = { causationId, correlationId, hash: bytesOf(fact.hash).toString('hex') };
  const head = JSON.stringify({ ...envelope, ...rest }).slice(0, -1);
  return `${head},"data":${data}${same ? '' : `,"body":"${body.toString('base64')}"`}}\n`;
};

type Fields = Readonly<Record<string, unknown>>;

const NUMBERS = ['position', 'epoch', 'n', 'v', 'at', 'recordedAt'];
const TEXTS = ['writer', 'id', 'type', 'subject', 'causationId', 'correlationId', 'hash'];
const HASH = /^[0-9a-f]{32}$/;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const requireAll = (fields: Fields, names: readonly string[], type: 'number' | 'string'): void => {
  const wrong = names.find((name) => typeof fields[name] !== type);
  if (wrong !== undefined)
    throw new SyntaxError(`${wrong} is not a ${type === 'number' ? 'number' : 'text'}`);
};

const readFact = (fields: Fields): ExportedFact => {
  const { id, type, v, subject, at, causationId, correlationId, data, body } = fields;
  const { writer, epoch, n, hash, position, recordedAt } = fields;
  if (typeof hash !== 'string' || !HASH.test(hash))
    throw new SyntaxError('hash is not 32 hexadecimal digits');
  if (data === undefined) throw new SyntaxError('data is missing');
  // Not a Buffer, or bytes within the data would be Buffers too, which a journal's are not.
  const stored = Uint8Array.from(typeof body === 'string' ? Buffer.from(body, 'base64') : encode(data));
  const decided = { id, type, v, subject, at, causationId, correlationId };
  const place = { writer, epoch, n, hash: Uint8Array.from(Buffer.from(hash, 'hex')), position, recordedAt };
  const whole = typeof body === 'string' ? decode(stored) : data;
  return { fact: { ...decided, data: whole, ...place } as RecordedFact, body: stored };
};

/**
 * Reads a line that `factLine` has written. Whether `data` has the shape that its type promises is not looked at, nor
 * is the hash: see `verify`.
 * @returns `undefined` for a line that is about an input, which is no fact
 * @throws Error saying what is wrong with it
 */
export const readFactLine = (line: string): ExportedFact | undefined => {
  const fields: unknown = JSON.parse(line);
  if (!isObject(fields)) throw new SyntaxError('it is no object');
  if ('input' in fields) return undefined;
  requireAll(fields, NUMBERS, 'number');
  requireAll(fields, TEXTS, 'string');
  return readFact(fields);
};
