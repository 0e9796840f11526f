import { copyOf } from './bytes.ts';
import { decoded, refused } from './decode-error.ts';
import { HEADER_LENGTH, MAX_MESSAGE_LENGTH, messageError, newMessage } from './header.ts';
import { MESSAGE_TYPE } from './iana.ts';
import type { Decoded, Notification, WireContext } from './message.ts';
import { encodeText } from './text.ts';

const OVERHEAD = HEADER_LENGTH + 2;
const LONGEST_SHUTDOWN_TEXT = 255;

/** Reads a NOTIFICATION, header included (RFC 4271 §4.5). `describeNotification` says what it means. */
export const decodeNotification = (message: Uint8Array, context: WireContext): Decoded<Notification> => {
  const header = messageError(message, context.maxMessageLength);
  if (header) return refused(header);
  return decoded({
    type: 'notification',
    code: message[19]!,
    subcode: message[20]!,
    data: copyOf(message, OVERHEAD),
  });
};

/** Writes a NOTIFICATION. `data` is cut so that the message takes at most 4096 bytes. */
export const encodeNotification = (
  code: number,
  subcode: number,
  data: Uint8Array = new Uint8Array(0),
): Uint8Array => {
  const kept = data.subarray(0, MAX_MESSAGE_LENGTH - OVERHEAD);
  const message = newMessage(MESSAGE_TYPE.notification, OVERHEAD + kept.length, MAX_MESSAGE_LENGTH);
  message[19] = code;
  message[20] = subcode;
  message.set(kept, OVERHEAD);
  return message;
};

/**
 * The data of a Cease/Administrative Shutdown or Reset that tells the other side's people why (RFC 9003): a length
 * byte and the text in UTF-8, cut between two characters at 255 bytes.
 */
export const shutdownData = (text: string): Uint8Array => {
  const bytes = encodeText(text, LONGEST_SHUTDOWN_TEXT);
  return Uint8Array.of(bytes.length, ...bytes);
};
