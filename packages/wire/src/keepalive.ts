import { HEADER_LENGTH, MAX_MESSAGE_LENGTH, newMessage } from './header.ts';
import { MESSAGE_TYPE } from './iana.ts';

/** The one KEEPALIVE there is (RFC 4271 §4.4), ready to send. Not to be written to. */
export const KEEPALIVE: Uint8Array = newMessage(MESSAGE_TYPE.keepalive, HEADER_LENGTH, MAX_MESSAGE_LENGTH);
