import type { Config } from '@vipcast/config';
import { hostWriter } from '@vipcast/log';
import type { NodePart, ReplicationIdentity } from '@vipcast/log/replication';

/** The services of a node, in the order in which they start: the looking glass watches the threads of those after it. */
export const SERVICES = ['looking-glass', 'speaker', 'vip-watcher', 'next-hop-resolver'] as const;

/** A service of a node. */
export type ServiceName = (typeof SERVICES)[number];

/** What one process has of a node: all of it, or one service. */
export interface Share {
  readonly services: readonly ServiceName[];
  /** Its journal. A service that runs apart has a small one of its own, as a spool. */
  readonly journal: string;
  /** Where somebody may knock: at its journal, and at those that others of this node would have. */
  readonly doors: readonly string[];
  /** The writer and the subject under which it says that it started, and with which configuration. */
  readonly host: { readonly writer: string; readonly of: string };
  readonly identity: ReplicationIdentity;
  /** Whether people and subscribers may ask here for something. */
  readonly takesWishes: boolean;
}

/**
 * The service at the journal that the configuration names: what people and subscribers ask for is decided there, and the
 * command looks there first.
 */
const FIRST: ServiceName = 'vip-watcher';

/** The journal of a service that runs apart. */
const spoolOf = (journal: string, service: ServiceName): string =>
  service === FIRST ? journal : `${journal}.${service}`;

/** Who writes what beside the service itself, and about what. One writer a subject holds between processes too. */
const OWN = {
  speaker: { writers: [], subjects: ['session.>', 'route.>'] },
  'next-hop-resolver': { writers: [], subjects: ['nexthop.>'] },
  'vip-watcher': {
    writers: ['operator', 'subscribers', 'shared-watcher'],
    subjects: ['vip.>', 'operator.>', 'node.drain', 'kubernetes.>'],
  },
  'looking-glass': { writers: [], subjects: [] },
} as const satisfies Record<ServiceName, Pick<NodePart, 'writers' | 'subjects'>>;

const partOf = (node: string, service: ServiceName): NodePart => {
  const { writers, subjects } = OWN[service];
  return {
    name: service,
    writers: [hostWriter(node, service), ...[service, ...writers].map((each) => `${node}/${each}`)],
    subjects: [...subjects, `node.${service}`],
  };
};

/** The share of a process that runs one service, or, without one, all of them. */
export const shareOf = ({ cluster, node, log: { journal } }: Config, service?: ServiceName): Share => {
  if (service === undefined)
    return {
      services: SERVICES,
      journal,
      doors: [journal, ...SERVICES.map((each) => spoolOf(journal, each)).filter((each) => each !== journal)],
      host: { writer: hostWriter(node), of: node },
      identity: { cluster, node },
      takesWishes: true,
    };
  return {
    services: [service],
    journal: spoolOf(journal, service),
    doors: [spoolOf(journal, service)],
    host: { writer: hostWriter(node, service), of: service },
    identity: { cluster, node, part: partOf(node, service) },
    takesWishes: service === FIRST,
  };
};
