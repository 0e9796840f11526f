import type { Format } from './options.ts';
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

/** A moment for programs. */
export const documentMoment = ({ time, seq }: AsOf): { readonly time: string; readonly seq: number } => ({
  time: formatInstant(time),
  seq,
});

/** An answer for programs; `more` stands beside `asOf`. */
export const documentOf = (
  kind: string,
  asOf: AsOf,
  items: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  apiVersion: 'vipcast/v1',
  kind,
  asOf: documentMoment(asOf),
  ...more,
  items: items.map(plain),
});

/** Writes documents as text; `line` puts JSON on one line, for answers that follow each other. */
export type DocumentFormat = (document: unknown, line?: boolean) => string;

const asJson: DocumentFormat = (document, line = false) =>
  `${JSON.stringify(document, undefined, line ? 0 : 2)}\n`;

/** How documents are written; `undefined` for formats that are no documents. YAML is loaded when it is asked for. */
export const documentFormat = async (format: Format): Promise<DocumentFormat | undefined> => {
  if (format === 'json') return asJson;
  if (format !== 'yaml') return undefined;
  const { stringify } = await import('yaml');
  return (document, line = false) => `${line ? '---\n' : ''}${stringify(document, { lineWidth: 0 })}`;
};
