import type { JetStreamManager } from '@nats-io/jetstream';
import { unescapeToken } from '@vipcast/events';
import { servedApart } from '../hosted-log.ts';
import type { Log } from '../log.ts';
import type { Notes } from '../notes.ts';
import { holderOf, type Names } from './names.ts';
import type { Connection, ReplicationClock, ReplicationIdentity, ReplicationLogger } from './settings.ts';
import { LEASE_TIME } from './streams.ts';

/** Our own lease, and what we know of others'. */
export interface Leases {
  /** Renews ours if it is time, and asks for the others'. */
  tick(jsm: JetStreamManager): Promise<void>;
}

const RENEWAL = 5000;
const LOOK = 2000;
/** Answers without a node's lease until it is held to be gone: a new stream has none for as long as a renewal takes. */
const ABSENCES = 3;
/** Answers further apart than this are not of one time: NATS was away between them, for us or for everybody. */
const INTERRUPTION = 3 * LOOK;

/** Whose lease this is, by `vipcast-lease.<cluster>.<holder>`. */
const holderIn = (subject: string): string => unescapeToken(subject.split('.')[2] ?? '') ?? '';

const nodeOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** What is known of by name: `n1`, and `n1/speaker` if that runs apart. */
const isPart = (name: string): boolean => name.includes('/');

/** A node is there as long as a part of it is, and a part also as a part of the whole. */
const isHeld = (name: string, holders: ReadonlySet<string>): boolean =>
  holders.has(name) ||
  (isPart(name) ? holders.has(nodeOf(name)) : [...holders].some((each) => each.startsWith(`${name}/`)));

/**
 * Tells who is there now, by the leases that are held.
 * @throws Error when there is no answer
 */
export const readHolders = async (
  jsm: JetStreamManager,
  { leases }: Names,
): Promise<{ readonly names: readonly string[]; isThere(name: string): boolean }> => {
  const { state } = await jsm.streams.info(leases, { subjects_filter: '>' });
  const holders = new Set(Object.keys(state.subjects ?? {}).map(holderIn));
  return { names: [...holders], isThere: (name) => isHeld(name, holders) };
};

/** Whose facts a log has: nodes, and what of them runs apart. */
export const knownHolders = (log: Pick<Log, 'terms'>): ReadonlySet<string> =>
  new Set(
    log.terms().flatMap(({ writer }) => {
      const apart = servedApart(writer);
      return apart === undefined ? [nodeOf(writer)] : [nodeOf(writer), apart];
    }),
  );

/**
 * A lease is a message that its server drops when it was not renewed for 20 s, so no node's clock matters; without a
 * quorum there are no answers, and nobody is held to be gone. Nor is anybody in the time of a lease after that: the
 * leases ran out meanwhile, and those who hold them must first find the way back.
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
  let answeredAt = Number.NEGATIVE_INFINITY;
  /** Since when answers come without interruption. */
  let answeredSince = Number.NEGATIVE_INFINITY;

  /** We are here, and so is the node that we are a part of. */
  const isOurs = (name: string): boolean => name === identity.node || name === holderOf(identity);

  const hold = (name: string, isPresent: boolean): void => {
    if (present.get(name) === isPresent) return;
    const [about, what] = isPart(name) ? [{ service: name }, 'a service'] : [{ node: name }, 'a node'];
    logger.info(about, isPresent ? `${what} is there` : `${what} is gone: its lease ran out`);
    present.set(name, isPresent);
    notes.setPresence({ node: name, at: clock.wall(), present: isPresent });
  };

  const look = async (jsm: JetStreamManager): Promise<void> => {
    const holders = await readHolders(jsm, names);
    const now = clock.monotonic();
    if (now - answeredAt > INTERRUPTION) answeredSince = now;
    answeredAt = now;
    const known = new Set([...knownHolders(log), ...present.keys(), ...holders.names]);
    for (const name of known) {
      if (isOurs(name)) continue;
      const missed = holders.isThere(name) ? 0 : (absences.get(name) ?? 0) + 1;
      absences.set(name, missed);
      if (missed === 0) hold(name, true);
      else if (missed >= ABSENCES && now - answeredSince > LEASE_TIME) hold(name, false);
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
