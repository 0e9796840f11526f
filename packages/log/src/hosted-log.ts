import type { RecordedFact } from '@vipcast/events';
import type { Log } from './log.ts';

/** What the process says that services run in: when it began and ended, and which configuration it took up. */
const OF_HOSTS: ReadonlySet<string> = new Set([
  'node.Started',
  'node.ConfigApplied',
  'node.ConfigRejected',
  'node.Stopped',
]);

const APART = '-config';

/** The writer as which a process says so: of all services of a node, or of one that runs apart. */
export const hostWriter = (node: string, service?: string): string =>
  service === undefined ? `${node}/config` : `${node}/${service}${APART}`;

/** `n1/speaker` for the host of a speaker that runs apart; `undefined` for any other writer. */
export const servedApart = (writer: string): string | undefined =>
  writer.endsWith(APART) ? writer.slice(0, -APART.length) : undefined;

/**
 * A log as services see it that run in one process: of what hosts say, only what their own does. A node whose services
 * run apart has a host for each, which all read the same file, and what one of them says may arrive a day late.
 */
export const hostedLog = (log: Log, host: string): Log => {
  const isMeant = ({ type, writer }: RecordedFact): boolean => writer === host || !OF_HOSTS.has(type);
  return {
    ...log,
    read: (query) => ({
      *[Symbol.iterator]() {
        for (const fact of log.read(query)) if (isMeant(fact)) yield fact;
      },
    }),
    follow: (options, onFacts) =>
      log.follow(options, (facts) => {
        const meant = facts.filter(isMeant);
        if (meant.length > 0) onFacts(meant);
      }),
  };
};
