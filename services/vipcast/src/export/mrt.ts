import { createEnds } from './ends.ts';
import type { ExportFormat } from './format.ts';
import { messageRecord, stateRecord } from './mrt-record.ts';
import { updatesOf } from './updates.ts';

const NOTHING = new Uint8Array();

/**
 * MRT (RFC 6396): what peers were told as BGP4MP_MESSAGE_AS4, how sessions went as BGP4MP_STATE_CHANGE_AS4. The peer in a
 * record is the router that was told.
 */
export const mrtFormat = (): ExportFormat => {
  const ends = createEnds();
  return {
    learn: ends.learn,
    write: (fact) => {
      switch (fact.type) {
        case 'session.StateChanged': {
          const parties = ends.of(fact);
          return parties && stateRecord(fact.at, parties, fact.data.from, fact.data.to);
        }
        case 'route.Announced':
        case 'route.Withdrawn': {
          const parties = ends.of(fact);
          return (
            parties && Buffer.concat(updatesOf(fact).map((update) => messageRecord(fact.at, parties, update)))
          );
        }
        default:
          return NOTHING;
      }
    },
  };
};
