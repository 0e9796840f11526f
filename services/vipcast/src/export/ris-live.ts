import { type Facts, parseSubject, type RecordedFact } from '@vipcast/events';
import { formatAddress } from '@vipcast/net';
import { parseCommunity } from '@vipcast/wire';
import { createEnds } from './ends.ts';
import type { ExportFormat } from './format.ts';
import type { Parties } from './mrt-record.ts';

type Fields = Readonly<Record<string, unknown>>;

const halves = (community: string): readonly (readonly [number, number])[] => {
  const value = parseCommunity(community);
  return value === undefined ? [] : [[value >>> 16, value & 0xffff]];
};

const announcement = ({ prefixes, attributes }: Facts['route.Announced']): Fields => ({
  type: 'UPDATE',
  path: attributes.asPath,
  community: (attributes.communities ?? []).flatMap(halves),
  origin: attributes.origin.toUpperCase(),
  ...(attributes.med === undefined ? {} : { med: attributes.med }),
  announcements: [{ next_hop: attributes.nextHops.join(','), prefixes }],
  withdrawals: [],
});

/** What is said of a fact; `undefined` when it is no news to a RIS Live client. */
const contentOf = (fact: RecordedFact): Fields | undefined => {
  switch (fact.type) {
    case 'route.Announced':
      return announcement(fact.data);
    case 'route.Withdrawn':
      return { type: 'UPDATE', announcements: [], withdrawals: fact.data.prefixes };
    case 'session.Established':
      return { type: 'RIS_PEER_STATE', state: 'connected' };
    case 'session.Closed':
      return fact.data.from === 'Established' ? { type: 'RIS_PEER_STATE', state: 'down' } : undefined;
    default:
      return undefined;
  }
};

const message = (fact: RecordedFact, { peerAddress, peerASN }: Parties, content: Fields): string =>
  `${JSON.stringify({
    type: 'ris_message',
    data: {
      timestamp: Math.round(fact.at * 1000) / 1e6,
      peer: formatAddress(peerAddress),
      peer_asn: String(peerASN),
      id: fact.id,
      host: parseSubject(fact.subject)?.node ?? '',
      ...content,
    },
  })}\n`;

/**
 * RIS Live (ris-live.ripe.net/manual): one `ris_message` a line. `host` is the node, and the peer is the router that was
 * told.
 */
export const risLiveFormat = (): ExportFormat => {
  const ends = createEnds();
  return {
    learn: ends.learn,
    write: (fact) => {
      const content = contentOf(fact);
      if (content === undefined) return '';
      const parties = ends.of(fact);
      return parties && message(fact, parties, content);
    },
  };
};
