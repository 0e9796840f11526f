import { gunzipSync, gzipSync } from 'node:zlib';
import { parseSubject } from '@vipcast/events';
import { LINK } from '../chain.ts';
import type { ForeignFact, StoredFact } from '../log.ts';

/** A fact as it travels: CloudEvents 1.0 in binary mode, as its NATS protocol binding has it. */
export interface Envelope {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A body beyond this travels compressed: a server takes 1 MB a message unless told otherwise. */
const LARGE = 262_144;
const LARGEST = 64 * 1024 * 1024;

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

/** RFC 3339 with as many digits as the number has: the hash covers all of them. */
const formatTime = (at: number): string => {
  const [whole, fraction = ''] = String(at).split('.');
  return `${new Date(Number(whole)).toISOString().slice(0, -1)}${fraction}Z`;
};

const parseTime = (text: string): number => {
  const point = text.indexOf('.');
  const ms = Date.parse(`${text.slice(0, point + 4)}Z`);
  return point < 0 || !text.endsWith('Z') ? Number.NaN : Number(`${ms}.${text.slice(point + 4, -1)}`);
};

const sourceOf = (writer: string): string =>
  `/vipcast/${writer.split('/').map(encodeURIComponent).join('/')}`;

/** Wraps a fact; its data stays the bytes that its hash covers, compressed if they are many. */
export const envelopeOf = (fact: StoredFact): Envelope => {
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

/** Whose subject this is, whatever it is about: a later release may know more of that than we do. */
const nodeIn = (subject: string): string | undefined => {
  const [root, cluster, node, ...about] = subject.split('.');
  return about.length === 2 ? parseSubject(`${root}.${cluster}.${node}.node._`)?.node : undefined;
};

const count = (text: string): number => {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  // Beyond these a journal could store it and never read it again.
  return Number.isSafeInteger(number) ? number : Number.NaN;
};

/**
 * Unwraps a fact. The server has checked that the sender may use this subject, so what the headers say of the node
 * must agree with it.
 * @param header the value of a header, empty if there is none
 * @returns the fact, or in words why this is none
 */
export const factOf = (
  subject: string,
  header: (name: string) => string,
  body: Uint8Array,
): ForeignFact | string => {
  try {
    const attribute = (name: string): string => unescapeValue(header(`ce-${name}`));
    const writer = attribute('writer');
    const node = nodeIn(subject);
    const fact = {
      id: attribute('id'),
      type: attribute('type'),
      v: count(attribute('v')),
      subject,
      at: parseTime(attribute('time')),
      causationId: attribute('causationid'),
      correlationId: attribute('correlationid'),
      writer,
      epoch: count(attribute('epoch')),
      n: count(attribute('n')),
      hash: Uint8Array.from(Buffer.from(attribute('hash'), 'hex')),
      data: header('content-encoding') === 'gzip' ? gunzipSync(body, { maxOutputLength: LARGEST }) : body,
    };
    if (node === undefined || attribute('subject') !== subject)
      return 'its subject is not the one it came on';
    if (!writer.startsWith(`${node}/`)) return `${writer} is no writer of ${node}`;
    if (fact.id === '' || fact.type === '') return 'it has no id or no type';
    if (![fact.v, fact.epoch, fact.n, fact.at].every(Number.isFinite)) return 'a number in it is none';
    if (fact.hash.length !== LINK) return 'it has no hash';
    return fact as ForeignFact;
  } catch (error) {
    return (error as Error).message;
  }
};
