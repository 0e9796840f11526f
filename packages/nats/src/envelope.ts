import { gunzipSync, gzipSync } from 'node:zlib';
import { parseSubject, type RecordedFact } from '@vipcast/events';

/** A message that may hold a fact. */
export interface Message {
  readonly subject: string;
  /** The value of a header, by its exact name; empty if there is none. */
  readonly header: (name: string) => string;
  readonly body: Uint8Array;
}

/** Whose fact it is, and which one of theirs. */
export type Place = Pick<RecordedFact, 'writer' | 'epoch' | 'n'>;

/** A fact with its data still as the MessagePack bytes that its hash covers. Its type may be one of a later release. */
export type PackedFact = Omit<RecordedFact, 'type' | 'data' | 'position' | 'recordedAt'> & {
  readonly type: string;
  readonly data: Uint8Array;
};

/** A fact as it travels: CloudEvents 1.0 in binary mode, as its NATS protocol binding has it. */
export interface Envelope {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A body beyond this travels compressed: a server takes 1 MB a message unless told otherwise. */
const LARGE = 262_144;
const LARGEST = 64 * 1024 * 1024;
/** Bytes of a hash. */
const HASH = 16;

// Printable ASCII without space, quote and percent sign travels as it is (binding, section 3.1.3.2).
const PLAIN = /^[!#$&-~]*$/;

const escapeValue = (value: string): string =>
  PLAIN.test(value)
    ? value
    : Array.from(value, (char) =>
        PLAIN.test(char)
          ? char
          : Array.from(
              Buffer.from(char),
              (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
            ).join(''),
      ).join('');

const unescapeValue = (value: string): string => (value.includes('%') ? decodeURIComponent(value) : value);

/** The last second that was written, and how: facts come in bursts. */
let second = { of: Number.NaN, text: '' };

/** RFC 3339 with as many digits as the number has: the hash covers all of them. */
const formatTime = (at: number): string => {
  const [whole = '', fraction = ''] = String(at).split('.');
  const of = Math.floor(Number(whole) / 1000);
  if (of !== second.of) second = { of, text: new Date(of * 1000).toISOString().slice(0, -4) };
  return `${second.text}${String(Number(whole) - of * 1000).padStart(3, '0')}${fraction}Z`;
};

const parseTime = (text: string): number => {
  const point = text.indexOf('.');
  const ms = Date.parse(`${text.slice(0, point + 4)}Z`);
  return point < 0 || !text.endsWith('Z') ? Number.NaN : Number(`${ms}.${text.slice(point + 4, -1)}`);
};

const sourceOf = (writer: string): string =>
  `/vipcast/${writer.split('/').map(encodeURIComponent).join('/')}`;

/** Wraps a fact; its data stays the bytes that its hash covers, compressed if they are many. */
export const envelopeOf = (fact: PackedFact): Envelope => {
  const { id, type, v, subject, at, writer, epoch, n, causationId, correlationId, hash, data } = fact;
  const compressed = data.length > LARGE;
  return {
    headers: [
      ['Nats-Msg-Id', escapeValue(id)],
      ['ce-specversion', '1.0'],
      ['ce-id', escapeValue(id)],
      ['ce-source', sourceOf(writer)],
      ['ce-type', escapeValue(type)],
      ['ce-time', formatTime(at)],
      ['ce-subject', escapeValue(subject)],
      ['ce-datacontenttype', 'application/msgpack'],
      ['ce-v', String(v)],
      ['ce-writer', escapeValue(writer)],
      ['ce-epoch', String(epoch)],
      ['ce-n', String(n)],
      ['ce-causationid', escapeValue(causationId)],
      ['ce-correlationid', escapeValue(correlationId)],
      ['ce-hash', Buffer.from(hash).toString('hex')],
      ...(compressed ? ([['content-encoding', 'gzip']] as const) : []),
    ],
    body: compressed ? gzipSync(data) : data,
  };
};

/** The last beginning of a subject, and whose it is: facts of a node come one after the other. */
let beginning: { readonly text: string; readonly node: string | undefined } = { text: '', node: undefined };

/** Whose subject this is, whatever it is about: a later release may know more of that than we do. */
const nodeIn = (subject: string): string | undefined => {
  const [root, cluster, node, ...about] = subject.split('.');
  const text = `${root}.${cluster}.${node}`;
  if (text !== beginning.text) beginning = { text, node: parseSubject(`${text}.node._`)?.node };
  return about.length === 2 ? beginning.node : undefined;
};

const count = (text: string): number => {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  // Beyond these a journal could store it and never read it again.
  return Number.isSafeInteger(number) ? number : Number.NaN;
};

const attributeOf = (header: Message['header'], name: string): string => unescapeValue(header(`ce-${name}`));

/**
 * Whose fact a message is, and which one of theirs. The server has checked that the sender may use this subject, so
 * what the headers say of the node must agree with it.
 * @returns the place, or in words why this is no fact
 */
export const placeOf = ({ subject, header }: Message): Place | string => {
  try {
    const writer = attributeOf(header, 'writer');
    const node = nodeIn(subject);
    const place = {
      writer,
      epoch: count(attributeOf(header, 'epoch')),
      n: count(attributeOf(header, 'n')),
    };
    if (node === undefined || attributeOf(header, 'subject') !== subject)
      return 'its subject is not the one it came on';
    if (!writer.startsWith(`${node}/`)) return `${writer} is no writer of ${node}`;
    return Number.isFinite(place.epoch) && Number.isFinite(place.n) ? place : 'a number in it is none';
  } catch (error) {
    return (error as Error).message;
  }
};

/**
 * Unwraps a fact; its data nobody has looked into.
 * @param place what `placeOf` said of it
 * @returns the fact, or in words why this is none
 */
export const factOf = (message: Message, place = placeOf(message)): PackedFact | string => {
  const { subject, header, body } = message;
  if (typeof place === 'string') return place;
  try {
    const attribute = (name: string): string => attributeOf(header, name);
    const fact: PackedFact = {
      id: attribute('id'),
      type: attribute('type'),
      v: count(attribute('v')),
      subject,
      at: parseTime(attribute('time')),
      causationId: attribute('causationid'),
      correlationId: attribute('correlationid'),
      ...place,
      hash: Uint8Array.from(Buffer.from(attribute('hash'), 'hex')),
      data: header('content-encoding') === 'gzip' ? gunzipSync(body, { maxOutputLength: LARGEST }) : body,
    };
    if (fact.id === '' || fact.type === '') return 'it has no id or no type';
    if (!Number.isFinite(fact.v) || !Number.isFinite(fact.at)) return 'a number in it is none';
    if (fact.hash.length !== HASH) return 'it has no hash';
    return fact;
  } catch (error) {
    return (error as Error).message;
  }
};
