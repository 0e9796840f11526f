import { hash } from 'node:crypto';
import type { NewFact } from '@vipcast/events';

/** Bytes of a link. */
export const LINK = 16;

/** The envelope as the chain covers it: what every node agrees on, so neither position nor time of recording. */
export type Sealed = Omit<NewFact, 'data'> & { readonly epoch: number; readonly n: number };

// A link is held as a binary string, one character a byte: making a Buffer costs more than the hash itself.
let scratch = Buffer.allocUnsafe(65_536);

const digest = (bytes: Uint8Array): string => hash('sha256', bytes, 'latin1').slice(0, LINK);

/** What the first fact of a writer is chained to. */
export const firstLink = (writer: string): string => digest(Buffer.from(writer));

/** The link in the first 16 bytes. */
export const linkFrom = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, LINK).toString('latin1');

/**
 * The link of a fact: the first 16 bytes of SHA-256 over the writer's previous link, the UTF-8 JSON text
 * `[epoch,n,id,type,v,subject,at,causationId,correlationId]`, and the MessagePack bytes of the data from
 * `body[start]` on.
 */
export const link = (previous: string, fact: Sealed, body: Buffer, start: number): string => {
  const { epoch, n, id, type, v, subject, at, causationId, correlationId } = fact;
  const text = JSON.stringify([epoch, n, id, type, v, subject, at, causationId, correlationId]);
  const most = LINK + text.length * 3 + body.length;
  if (most > scratch.length) scratch = Buffer.allocUnsafe(most * 2);
  scratch.write(previous, 0, LINK, 'latin1');
  const end = LINK + scratch.write(text, LINK, 'utf8');
  return digest(scratch.subarray(0, end + body.copy(scratch, end, start)));
};
