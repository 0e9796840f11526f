import { hash } from 'node:crypto';
import type { NewFact } from '@vipcast/events';

/** Bytes of a link. */
export const LINK = 16;

/** The envelope as the chain covers it: what every node agrees on, so neither position nor time of recording. */
export type Sealed = Pick<NewFact, 'v' | 'at' | 'type' | 'subject'> & {
  readonly epoch: number;
  readonly n: number;
};

/** Where the texts of an envelope begin: after the previous link and four numbers. */
const TEXTS = LINK + 4 * 8;

const createScratch = (size: number) => {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, view: new DataView(bytes.buffer) };
};
let scratch = createScratch(65_536);

// A link is held as a binary string, one character a byte: making a Buffer costs more than the hash itself.
const digest = (bytes: Uint8Array): string => hash('sha256', bytes, 'latin1').slice(0, LINK);

/** What the first fact of a writer is chained to. */
export const firstLink = (writer: string): string => digest(Buffer.from(writer));

/** The link in the first 16 bytes. */
export const linkFrom = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, LINK).toString('latin1');

/**
 * The link of a fact: the first 16 bytes of SHA-256 over the writer's previous link; `epoch`, `n`, `v` and `at`, each as
 * a big-endian binary64 (IEEE 754); the UTF-8 text `<type> <subject> <id> <causationId> <correlationId>` and a zero
 * byte; and the MessagePack bytes of the data, which are those of `body` from `start` on.
 * @param ids as `joinIds` makes them
 */
export const link = (
  previous: string,
  { epoch, n, v, at, type, subject }: Sealed,
  ids: string,
  body: Buffer,
  start: number,
): string => {
  const most = TEXTS + (type.length + subject.length + ids.length) * 3 + 3 + body.length;
  if (most > scratch.bytes.length) scratch = createScratch(most * 2);
  const { bytes, view } = scratch;
  bytes.write(previous, 0, LINK, 'latin1');
  view.setFloat64(LINK, epoch);
  view.setFloat64(LINK + 8, n);
  view.setFloat64(LINK + 16, v);
  view.setFloat64(LINK + 24, at);
  const end = TEXTS + bytes.write(`${type} ${subject} ${ids}\0`, TEXTS, 'utf8');
  return digest(bytes.subarray(0, end + body.copy(bytes, end, start)));
};
