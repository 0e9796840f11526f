import type { RecordedFact } from '@vipcast/events';

const SENT_BY = { local: 'sent by us', remote: 'sent by the peer', network: 'connection lost' } as const;

/** Why a connection ended, the NOTIFICATION spelled out: `Hold Timer Expired (4/0), sent by us`. */
export const describeClosing = ({ data }: RecordedFact<'session.Closed'>): string => {
  const { notification, by, because } = data;
  if (notification === null) return because === '' ? 'connection closed' : because;
  const { name, code, subcode, text } = notification;
  return `${name} (${code}/${subcode}), ${SENT_BY[by]}${text === '' ? '' : `: ${text}`}`;
};
