import { copyOf } from './bytes.ts';
import { decoded, refused } from './decode-error.ts';
import { messageError } from './header.ts';
import { MESSAGE_TYPE } from './iana.ts';
import { KEEPALIVE } from './keepalive.ts';
import type { Decoded, Message, WireContext } from './message.ts';
import { decodeNotification, encodeNotification } from './notification.ts';
import { decodeOpen, encodeOpen } from './open.ts';
import { decodeRouteRefresh, encodeRouteRefresh } from './route-refresh.ts';
import { decodeUpdate, encodeUpdate } from './update.ts';

/**
 * Reads one whole message, header included, as `frame` hands it out. Takes any bytes: never throws, and keeps no
 * view of them.
 * @returns the message, or the error with its NOTIFICATION and its RFC 7606 handling
 */
export const decodeMessage = (message: Uint8Array, context: WireContext): Decoded<Message> => {
  switch (message[18]) {
    case MESSAGE_TYPE.open:
      return decodeOpen(message);
    case MESSAGE_TYPE.update:
      return decodeUpdate(message, context);
    case MESSAGE_TYPE.notification:
      return decodeNotification(message, context);
    case MESSAGE_TYPE.routeRefresh:
      return decodeRouteRefresh(message, context);
    default: {
      const error = messageError(message, context.maxMessageLength);
      return error ? refused(error) : decoded({ type: 'keepalive' });
    }
  }
};

/**
 * Writes one message, header included, in memory of its own.
 * @throws RangeError when it does not fit into one message
 */
export const encodeMessage = (message: Message, context: WireContext): Uint8Array => {
  switch (message.type) {
    case 'open':
      return encodeOpen(message);
    case 'update':
      return encodeUpdate(message, context);
    case 'notification':
      return encodeNotification(message.code, message.subcode, message.data);
    case 'keepalive':
      return copyOf(KEEPALIVE);
    case 'route-refresh':
      return encodeRouteRefresh(message);
  }
};
