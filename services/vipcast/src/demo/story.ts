import { parseSubject, type RecordedFact } from '@vipcast/events';
import type { Heard } from './router.ts';

/** A fact of the log in one line for people; `undefined` for those the demo passes over. */
export const tellFact = (fact: RecordedFact): string | undefined => {
  const node = parseSubject(fact.subject)?.node;
  switch (fact.type) {
    case 'vip.Advertised':
      return `${node}    advertises ${fact.data.vip} (${fact.data.addresses.join(', ')}): ${fact.data.because}`;
    case 'vip.Withdrawn':
      return `${node}    withdraws ${fact.data.vip}: ${fact.data.because}`;
    case 'session.Established':
      return `${node}    session with ${fact.data.peer} established: ${fact.data.negotiated.families.join(' and ')} on one connection`;
    case 'session.Closed':
      return `${node}    session with ${fact.data.peer} lost: ${fact.data.because}`;
    default:
      return undefined;
  }
};

/** What the router heard, in one line. */
export const tellHeard = (heard: Heard, nodeOf: (address: string) => string): string | undefined => {
  const node = nodeOf(heard.from);
  switch (heard.type) {
    case 'route':
      return `router heard ${heard.prefix} from ${node}, next hop ${heard.nextHop}`;
    case 'withdrawn':
      return `router heard from ${node} that ${heard.prefix} is gone`;
    case 'down':
      return `router forgot the routes of ${node}`;
    case 'up':
      return undefined;
  }
};
