import { concat, copyOf, readU16 } from './bytes.ts';
import { HEADER_LENGTH, headerError } from './header.ts';
import type { DecodeError } from './message.ts';

/** What came out of a piece of the byte stream. */
export interface Framed {
  /** Whole messages, header included, each in memory of its own. */
  readonly messages: readonly Uint8Array[];
  /** The beginning of the next message: the next call's `buffer`. Shorter than one message. */
  readonly rest: Uint8Array;
  /** A damaged header after these messages: the stream cannot be read any further. */
  readonly error?: DecodeError;
}

/**
 * Cuts a TCP byte stream into messages (RFC 4271 §4.1, §6.1). How the stream was cut into chunks makes no
 * difference to what comes out.
 * @param buffer the `rest` of the previous call, empty at first
 * @param chunk what just arrived; not kept
 * @param maxMessageLength 4096, or 65535 once both sides sent Extended Messages (RFC 8654)
 */
export const frame = (buffer: Uint8Array, chunk: Uint8Array, maxMessageLength: number): Framed => {
  const bytes = buffer.length === 0 ? chunk : concat([buffer, chunk]);
  const messages: Uint8Array[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER_LENGTH) {
    const error = headerError(bytes, at, maxMessageLength);
    if (error) return { messages, rest: new Uint8Array(0), error };
    const end = at + readU16(bytes, at + 16);
    if (end > bytes.length) break;
    messages.push(copyOf(bytes, at, end));
    at = end;
  }
  return { messages, rest: copyOf(bytes, at) };
};
