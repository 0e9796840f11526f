import { bytesOfU16, readU16, writeU16 } from './bytes.ts';
import { reset } from './decode-error.ts';
import { ERROR_CODE, MESSAGE_TYPE } from './iana.ts';
import type { DecodeError } from './message.ts';

/** Marker, length and type (RFC 4271 §4.1). */
export const HEADER_LENGTH = 19;

/** Longest message without Extended Messages. OPEN and KEEPALIVE never grow beyond it (RFC 8654 §4). */
export const MAX_MESSAGE_LENGTH = 4096;

/** Longest message with Extended Messages (RFC 8654). */
export const MAX_EXTENDED_MESSAGE_LENGTH = 65_535;

const MARKER_LENGTH = 16;
const SHORTEST: Readonly<Record<number, number>> = {
  [MESSAGE_TYPE.open]: 29,
  [MESSAGE_TYPE.update]: 23,
  [MESSAGE_TYPE.notification]: 21,
  [MESSAGE_TYPE.keepalive]: 19,
  [MESSAGE_TYPE.routeRefresh]: 23,
};

const longest = (type: number, maxMessageLength: number): number => {
  if (type === MESSAGE_TYPE.keepalive) return HEADER_LENGTH;
  return type === MESSAGE_TYPE.open ? Math.min(MAX_MESSAGE_LENGTH, maxMessageLength) : maxMessageLength;
};

const badLength = (length: number, message: string): DecodeError =>
  reset(ERROR_CODE.messageHeader, 2, message, bytesOfU16(length));

/**
 * Looks at the 19 header bytes at `at` (RFC 4271 §6.1).
 * @returns what is wrong with them, as NOTIFICATION 1/1, 1/2 (data: the length) or 1/3 (data: the type)
 */
export const headerError = (
  bytes: Uint8Array,
  at: number,
  maxMessageLength: number,
): DecodeError | undefined => {
  for (let i = 0; i < MARKER_LENGTH; i++)
    if (bytes[at + i] !== 0xff) return reset(ERROR_CODE.messageHeader, 1, 'The marker is not all ones.');
  const length = readU16(bytes, at + MARKER_LENGTH);
  const type = bytes[at + 18]!;
  if (length < HEADER_LENGTH || length > maxMessageLength)
    return badLength(length, `Message length ${length} is not within ${HEADER_LENGTH}..${maxMessageLength}.`);
  const shortest = SHORTEST[type];
  if (shortest === undefined)
    return reset(ERROR_CODE.messageHeader, 3, `Message type ${type} is unknown.`, Uint8Array.of(type));
  const limit = longest(type, maxMessageLength);
  if (length < shortest || length > limit)
    return badLength(
      length,
      `Length ${length} of a type ${type} message is not within ${shortest}..${limit}.`,
    );
  return undefined;
};

/** As `headerError`, for bytes that must be exactly one message. */
export const messageError = (message: Uint8Array, maxMessageLength: number): DecodeError | undefined => {
  const error = headerError(message, 0, maxMessageLength);
  if (error) return error;
  const length = readU16(message, MARKER_LENGTH);
  return length === message.length
    ? undefined
    : badLength(length, `The header says ${length} bytes, there are ${message.length}.`);
};

/**
 * An empty message of `length` bytes with its header filled in.
 * @throws RangeError when no message can be that long: the caller asked for too much in one message
 */
export const newMessage = (type: number, length: number, maxMessageLength: number): Uint8Array => {
  if (length > maxMessageLength)
    throw new RangeError(`A message of ${length} bytes exceeds the limit of ${maxMessageLength}.`);
  const bytes = new Uint8Array(length);
  bytes.fill(0xff, 0, MARKER_LENGTH);
  writeU16(bytes, MARKER_LENGTH, length);
  bytes[18] = type;
  return bytes;
};
