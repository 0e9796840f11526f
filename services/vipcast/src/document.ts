import { stringify } from 'yaml';
import { formatInstant } from './time.ts';

/** As of when an answer holds: a time in milliseconds since 1970, and the last position taken into account. */
export interface AsOf {
  readonly time: number;
  readonly seq: number;
}

const TIMES = new Set(['time', 'since', 'at', 'recordedAt', 'changedAt', 'lastErrorAt']);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Rows in the words of the command: times in RFC 3339, a position is a `seq`, bytes are hexadecimal. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key === 'position' ? 'seq' : key,
      typeof field === 'number' && TIMES.has(key)
        ? field === 0
          ? null
          : formatInstant(field)
        : plain(field),
    ]),
  );
};

/** An answer for programs. */
export const documentOf = (kind: string, asOf: AsOf, items: readonly unknown[]): Record<string, unknown> => ({
  apiVersion: 'vipcast/v1',
  kind,
  asOf: { time: formatInstant(asOf.time), seq: asOf.seq },
  items: items.map(plain),
});

/** A document as text; `line` puts JSON on one line, for answers that follow each other. */
export const formatDocument = (document: unknown, format: 'json' | 'yaml', line = false): string =>
  format === 'yaml'
    ? `${line ? '---\n' : ''}${stringify(document, { lineWidth: 0 })}`
    : `${JSON.stringify(document, undefined, line ? 0 : 2)}\n`;
