import { CEASE, ERROR_CODE } from './iana.ts';
import type { Notification } from './message.ts';
import { notificationDetail } from './notification-detail.ts';
import { notificationName } from './notification-names.ts';
import { decodeText } from './text.ts';

/** A NOTIFICATION for people. */
export interface NotificationDescription {
  /** `Cease/Administrative Shutdown`. */
  readonly name: string;
  /** What the other side's operator wrote (RFC 9003): safe to print, at most 255 bytes of UTF-8. */
  readonly text?: string;
  /** What the data says: the AS number, the hold time, the attribute, the limit. */
  readonly detail?: string;
}

const LONGEST_TEXT = 255;

const shutdownText = (subcode: number, data: Uint8Array): string | undefined => {
  if (subcode !== CEASE.administrativeShutdown && subcode !== CEASE.administrativeReset) return undefined;
  const length = data[0] ?? 0;
  if (length === 0 || length >= data.length) return undefined;
  return decodeText(data.subarray(1, 1 + length), LONGEST_TEXT) || undefined;
};

const describe = (code: number, subcode: number, data: Uint8Array): NotificationDescription => {
  const text = code === ERROR_CODE.cease ? shutdownText(subcode, data) : undefined;
  const detail = notificationDetail(code, subcode, data);
  return {
    name: notificationName(code, subcode),
    ...(text !== undefined && { text }),
    ...(detail !== undefined && { detail }),
  };
};

/** Spells out a NOTIFICATION. A Hard Reset is shown with the NOTIFICATION inside it (RFC 8538 §3.1). */
export const describeNotification = ({
  code,
  subcode,
  data,
}: Pick<Notification, 'code' | 'subcode' | 'data'>): NotificationDescription => {
  if (code !== ERROR_CODE.cease || subcode !== CEASE.hardReset || data.length < 2)
    return describe(code, subcode, data);
  const inner = describe(data[0]!, data[1]!, data.subarray(2));
  const detail = inner.detail === undefined ? inner.name : `${inner.name}: ${inner.detail}`;
  return { ...inner, name: notificationName(code, subcode), detail };
};
