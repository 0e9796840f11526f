import { copyOf, readU16, writeU16 } from './bytes.ts';
import { decoded, refused, reset } from './decode-error.ts';
import { HEADER_LENGTH, MAX_MESSAGE_LENGTH, messageError, newMessage } from './header.ts';
import { ERROR_CODE, MESSAGE_TYPE } from './iana.ts';
import type { Decoded, RouteRefresh, WireContext } from './message.ts';

const LENGTH = HEADER_LENGTH + 4;

/**
 * Reads a ROUTE-REFRESH, header included (RFC 2918 §3). An ORF list behind a plain request (RFC 5291), which nobody
 * asked for, is left aside.
 * @returns the request, or NOTIFICATION 7/1 (data: the message) when a demarcation is not 4 bytes (RFC 7313 §5)
 */
export const decodeRouteRefresh = (message: Uint8Array, context: WireContext): Decoded<RouteRefresh> => {
  const header = messageError(message, context.maxMessageLength);
  if (header) return refused(header);
  const subtype = message[HEADER_LENGTH + 2]!;
  if (message.length !== LENGTH && (subtype === 1 || subtype === 2)) {
    const text = `A ROUTE-REFRESH of subtype ${subtype} is ${message.length} bytes long instead of ${LENGTH}.`;
    return refused(reset(ERROR_CODE.routeRefresh, 1, text, copyOf(message)));
  }
  const safi = message[HEADER_LENGTH + 3]!;
  return decoded({ type: 'route-refresh', afi: readU16(message, HEADER_LENGTH), subtype, safi });
};

/** Writes a ROUTE-REFRESH. */
export const encodeRouteRefresh = ({ afi, subtype, safi }: RouteRefresh): Uint8Array => {
  const message = newMessage(MESSAGE_TYPE.routeRefresh, LENGTH, MAX_MESSAGE_LENGTH);
  writeU16(message, HEADER_LENGTH, afi);
  message[HEADER_LENGTH + 2] = subtype;
  message[HEADER_LENGTH + 3] = safi;
  return message;
};
