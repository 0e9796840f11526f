import type { JetStreamManager } from '@nats-io/jetstream';
import { parseSubject } from '@vipcast/events';
import type { Log } from '../log.ts';
import type { Notes } from '../notes.ts';
import type { Names } from './names.ts';
import type { Connection, ReplicationClock, ReplicationIdentity, ReplicationLogger } from './settings.ts';

/** Our own lease, and what we know of others'. */
export interface Leases {
  /** Renews ours if it is time, and asks for the others'. */
  tick(jsm: JetStreamManager): Promise<void>;
}

const RENEWAL = 5000;
const LOOK = 2000;
/** Answers without a node's lease until it is held to be gone: a new stream has none for as long as a renewal takes. */
const ABSENCES = 3;

const nodeOf = (writer: string): string => writer.slice(0, writer.lastIndexOf('/'));

/** The node in `vipcast-lease.<cluster>.<node>`. */
const holderOf = (subject: string): string => {
  const [, cluster, node] = subject.split('.');
  return parseSubject(`vipcast.${cluster}.${node}.node._`)?.node ?? '';
};

/**
 * A lease is a message that its server drops when it was not renewed for 20 s, so no node's clock matters; without a
 * quorum there are no answers, and nobody is held to be gone.
 */
export const createLeases = (
  nc: Connection,
  log: Pick<Log, 'terms'>,
  notes: Notes,
  options: {
    readonly names: Names;
    readonly identity: ReplicationIdentity;
    readonly clock: ReplicationClock;
    readonly logger: ReplicationLogger;
  },
): Leases => {
  const { names, identity, clock, logger } = options;
  const present = new Map<string, boolean>();
  for (const each of notes.presence()) present.set(each.node, each.present);
  const absences = new Map<string, number>();
  let renewedAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const hold = (node: string, isPresent: boolean): void => {
    if (present.get(node) === isPresent) return;
    logger.info({ node }, isPresent ? 'a node is there' : 'a node is gone: its lease ran out');
    present.set(node, isPresent);
    notes.setPresence({ node, at: clock.wall(), present: isPresent });
  };

  const look = async (jsm: JetStreamManager): Promise<void> => {
    const { state } = await jsm.streams.info(names.leases, { subjects_filter: '>' });
    const holders = new Set(Object.keys(state.subjects ?? {}).map(holderOf));
    const nodes = new Set([
      ...log.terms().map(({ writer }) => nodeOf(writer)),
      ...present.keys(),
      ...holders,
    ]);
    nodes.delete(identity.node);
    for (const node of nodes) {
      absences.set(node, holders.has(node) ? 0 : (absences.get(node) ?? 0) + 1);
      if (holders.has(node)) hold(node, true);
      else if ((absences.get(node) ?? 0) >= ABSENCES) hold(node, false);
    }
  };

  return {
    tick: async (jsm) => {
      const now = clock.monotonic();
      if (now - renewedAt >= RENEWAL) {
        nc.publish(names.lease);
        renewedAt = now;
      }
      if (now - lookedAt < LOOK) return;
      lookedAt = now;
      await look(jsm);
    },
  };
};
