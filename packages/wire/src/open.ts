import { ipv4 } from '@vipcast/net';
import { bytesOfU16, copyOf, readI32, readU16, writeU16, writeU32 } from './bytes.ts';
import { decodeCapabilities, encodeCapabilities } from './capability-list.ts';
import { decoded, refused, reset } from './decode-error.ts';
import { HEADER_LENGTH, MAX_MESSAGE_LENGTH, messageError, newMessage } from './header.ts';
import { AS_TRANS, ERROR_CODE, MESSAGE_TYPE } from './iana.ts';
import type { Capability, Decoded, DecodeError, Open } from './message.ts';

const VERSION = 4;
const CAPABILITIES_PARAMETER = 2;
const EXTENDED = 255;
const FIXED_LENGTH = HEADER_LENGTH + 10;

const bad = (subcode: number, message: string, data?: Uint8Array): DecodeError =>
  reset(ERROR_CODE.open, subcode, message, data);

interface ParameterField {
  readonly from: number;
  /** Where the stated length ends; must be the end of the message. */
  readonly to: number;
  /** Bytes in the length of each parameter: 2 in the extended form (RFC 9072). */
  readonly lengthSize: 1 | 2;
}

/** RFC 9072 §2: type 255 in the first parameter's place, and not the length before it, tells the extended form. */
const parameterField = (bytes: Uint8Array): ParameterField | undefined => {
  const stated = bytes[FIXED_LENGTH - 1]!;
  if (stated === 0 || bytes[FIXED_LENGTH] !== EXTENDED)
    return { from: FIXED_LENGTH, to: FIXED_LENGTH + stated, lengthSize: 1 };
  const from = FIXED_LENGTH + 3;
  return from > bytes.length
    ? undefined
    : { from, to: from + readU16(bytes, FIXED_LENGTH + 1), lengthSize: 2 };
};

const decodeParameters = (bytes: Uint8Array): Decoded<Capability[]> => {
  const field = parameterField(bytes);
  if (!field || field.to !== bytes.length)
    return refused(bad(0, 'The length of the optional parameters is not that of the rest of the message.'));
  const capabilities: Capability[] = [];
  let at = field.from;
  while (at < field.to) {
    const type = bytes[at]!;
    const start = at + 1 + field.lengthSize;
    if (start > field.to) return refused(bad(0, 'The optional parameters end in a stray byte.'));
    const end = start + (field.lengthSize === 1 ? bytes[at + 1]! : readU16(bytes, at + 1));
    if (end > field.to) return refused(bad(0, 'An optional parameter runs over the end.'));
    if (type !== CAPABILITIES_PARAMETER)
      return refused(bad(4, `Optional parameter ${type} is not supported.`, copyOf(bytes, at, end)));
    const list = decodeCapabilities(bytes, start, end);
    if (!list.ok) return list;
    for (const capability of list.value) capabilities.push(capability);
    at = end;
  }
  return decoded(capabilities);
};

/** RFC 4271 §6.2, RFC 6286 §2.1, RFC 7607 §2: what can be judged without knowing the peer. */
const fieldError = (bytes: Uint8Array, open: Open): DecodeError | undefined => {
  if (open.version !== VERSION)
    return bad(1, `BGP version ${open.version} is not supported; ${VERSION} is.`, bytesOfU16(VERSION));
  if (open.asn === 0) return bad(2, 'AS 0 is no AS number.', copyOf(bytes, 20, 22));
  if (open.holdTime === 1 || open.holdTime === 2)
    return bad(6, `A hold time of ${open.holdTime} s is too short: 0 or at least 3.`, copyOf(bytes, 22, 24));
  return open.routerId.w0 === 0 ? bad(3, 'The BGP identifier is 0.0.0.0.', copyOf(bytes, 24, 28)) : undefined;
};

/**
 * Reads an OPEN, header included (RFC 4271 §4.2, RFC 5492, RFC 9072). Whether the peer's AS is the right one, and
 * its identifier not ours, is for the session to judge.
 * @returns the OPEN, or NOTIFICATION 1/x, 2/0, 2/1 (data: the version we speak), 2/2 for AS 0, 2/3, 2/4 or 2/6
 */
export const decodeOpen = (message: Uint8Array): Decoded<Open> => {
  const header = messageError(message, MAX_MESSAGE_LENGTH);
  if (header) return refused(header);
  const fixed: Open = {
    type: 'open',
    version: message[19]!,
    asn: readU16(message, 20),
    holdTime: readU16(message, 22),
    routerId: ipv4(readI32(message, 24)),
    capabilities: [],
  };
  const error = fieldError(message, fixed);
  if (error) return refused(error);
  const parameters = decodeParameters(message);
  if (!parameters.ok) return parameters;
  const capabilities = parameters.value;
  if (capabilities.some((capability) => capability.kind === 'four-octet-as' && capability.asn === 0))
    return refused(bad(2, 'AS 0 is no AS number.', new Uint8Array(4)));
  return decoded({ ...fixed, capabilities });
};

/**
 * Writes an OPEN with all capabilities in one optional parameter, in the form of RFC 9072 when that takes more than
 * 255 bytes. An AS number above 65535 becomes AS_TRANS.
 * @throws RangeError when the capabilities do not fit into 4096 bytes
 */
export const encodeOpen = (open: Open): Uint8Array => {
  const capabilities = encodeCapabilities(open.capabilities);
  const wide = capabilities.length + 2 > 255;
  const head = capabilities.length === 0 ? 0 : wide ? 6 : 2;
  const length = FIXED_LENGTH + head + capabilities.length;
  const message = newMessage(MESSAGE_TYPE.open, length, MAX_MESSAGE_LENGTH);
  message[19] = open.version;
  writeU16(message, 20, open.asn > 0xffff ? AS_TRANS : open.asn);
  writeU16(message, 22, open.holdTime);
  writeU32(message, 24, open.routerId.w0);
  if (head === 2) {
    message.set([capabilities.length + 2, CAPABILITIES_PARAMETER, capabilities.length], 28);
  } else if (head === 6) {
    message.set([EXTENDED, EXTENDED], 28);
    writeU16(message, 30, capabilities.length + 3);
    message[32] = CAPABILITIES_PARAMETER;
    writeU16(message, 33, capabilities.length);
  }
  message.set(capabilities, FIXED_LENGTH + head);
  return message;
};
