import { gunzipSync } from 'node:zlib';
import { isFactType, parseSubject, problemWith, type RecordedFact, versionOf } from '@vipcast/events';
import { Unpackr } from 'msgpackr';
import type { Fact } from './fact.ts';

/** A fact whose body nobody has looked into. */
export type SealedFact = Omit<RecordedFact, 'type' | 'data'> & {
  readonly type: string;
  readonly body: Uint8Array;
  readonly compressed: boolean;
};

/** A message of the stream of facts. */
export interface Arrival {
  readonly subject: string;
  /** The value of a header; empty if there is none. */
  readonly header: (name: string) => string;
  readonly body: Uint8Array;
  /** Its place in the stream. */
  readonly sequence: number;
  /** When the stream took it, in milliseconds since 1970. */
  readonly time: number;
}

const LARGEST = 64 * 1024 * 1024;
const HASH = /^[0-9a-f]{32}$/;

const unpackr = new Unpackr({ useRecords: false });

/** RFC 3339 with as many digits as there are, in milliseconds since 1970. */
const parseTime = (text: string): number => {
  const point = text.indexOf('.');
  if (point < 0 || !text.endsWith('Z')) return Number.NaN;
  return Number(`${Date.parse(`${text.slice(0, point + 4)}Z`)}.${text.slice(point + 4, -1)}`);
};

const count = (text: string): number => (/^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN);

/**
 * Reads the envelope of a fact: CloudEvents 1.0 in binary mode. The server has checked that the sender may use this
 * subject, so what the headers say of the node must agree with it.
 * @returns the fact, or in words why this is none
 */
export const unwrap = ({ subject, header, body, sequence, time }: Arrival): SealedFact | string => {
  try {
    const attribute = (name: string): string => decodeURIComponent(header(`ce-${name}`));
    const fact: SealedFact = {
      id: attribute('id'),
      type: attribute('type'),
      v: count(attribute('v')),
      subject,
      at: parseTime(attribute('time')),
      causationId: attribute('causationid'),
      correlationId: attribute('correlationid'),
      writer: attribute('writer'),
      epoch: count(attribute('epoch')),
      n: count(attribute('n')),
      hash: Uint8Array.from(Buffer.from(attribute('hash'), 'hex')),
      position: sequence,
      recordedAt: time,
      body,
      compressed: header('content-encoding') === 'gzip',
    };
    const node = parseSubject(subject)?.node;
    if (node === undefined || attribute('subject') !== subject)
      return 'its subject is not the one it came on';
    if (!fact.writer.startsWith(`${node}/`)) return `${fact.writer} is no writer of ${node}`;
    if (fact.id === '' || fact.type === '') return 'it has no id or no type';
    if (![fact.v, fact.epoch, fact.n, fact.at].every(Number.isFinite)) return 'a number in it is none';
    return HASH.test(attribute('hash')) ? fact : 'it has no hash';
  } catch (error) {
    return (error as Error).message;
  }
};

const dataIn = ({ body, compressed }: SealedFact): unknown => {
  try {
    return unpackr.unpack(compressed ? gunzipSync(body, { maxOutputLength: LARGEST }) : body);
  } catch {
    return undefined;
  }
};

/** Opens a fact. What this release does not understand says so. */
export const open = (sealed: SealedFact): Fact => {
  const { body: _, compressed: __, ...envelope } = sealed;
  const fact = { ...envelope, data: dataIn(sealed) };
  if (!isFactType(fact.type)) return { ...fact, unknown: 'type' };
  if (fact.v > versionOf(fact.type)) return { ...fact, unknown: 'version' };
  if (problemWith(fact.type, fact.data) !== undefined) return { ...fact, unknown: 'data' };
  return fact as Fact;
};
