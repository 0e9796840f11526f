import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { type Connected, connectTo } from '@vipcast/nats';
import { errors } from 'nats';
import { type Authors, isAuthor, type Log } from '../log.ts';
import { openNotes, patientNotes } from '../notes.ts';
import { noteReplication, type ReplicationStatus } from '../replication-status.ts';
import { featureLevel } from './feature-level.ts';
import { createLeases } from './leases.ts';
import { holderOf, type Names, namesOf } from './names.ts';
import { createReceiving } from './receiving.ts';
import type {
  Connection,
  NatsSettings,
  ReplicationClock,
  ReplicationIdentity,
  ReplicationLogger,
} from './settings.ts';
import { createShipping } from './shipping.ts';
import { differences, ensureStream, factStream, leaseStream } from './streams.ts';

/** What replication needs. */
export interface ReplicationOptions {
  readonly log: Log;
  /** The file that `log` is in. */
  readonly journal: string;
  readonly identity: ReplicationIdentity;
  readonly nats: NatsSettings;
  readonly clock: ReplicationClock;
  readonly logger: ReplicationLogger;
  /** Called with each connection, for what else this node does on it. */
  readonly onConnection?: (nc: Connection) => void;
}

/** A journal's two-way traffic with its cluster's stream. */
export interface Replication {
  status(): ReplicationStatus;
  /** Waits until everything in the stream is in the journal, or something keeps it from getting there, or time runs out. */
  catchUp(patience: number): Promise<void>;
  /** Lets what is on its way arrive, for a moment; then ends the connection. */
  stop(): Promise<void>;
}

const BEGINNING = 'not connected yet';
const TICK = 500;
const LOOK = 20;
const RETRY = 1000;
const REQUEST_TIMEOUT = 3000;
const FAREWELL = 1000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What becomes of a subscription that is not allowed, whoever made it is told. */
const isOfSubscription = (error: Error): boolean =>
  error instanceof errors.PermissionViolationError && error.operation === 'subscription';

/**
 * Ships what this node's writers append and fetches what everybody else's do, until it is stopped. Returns at once;
 * NATS may come, go and lose what it had at any time. Nothing here is ever waited for by whoever appends.
 */
export const startReplication = (options: ReplicationOptions): Replication => {
  const { log, journal, identity, nats, clock, logger } = options;
  const notes = patientNotes(openNotes(journal));
  const names: Names = namesOf(identity);
  const authors: Authors = identity.part ?? identity;
  const isOwn = (writer: string): boolean => isAuthor(authors, writer);
  const stopping = new AbortController();
  const { signal } = stopping;
  let status: ReplicationStatus = {
    node: identity.node,
    connected: false,
    server: '',
    level: '',
    toShip: log.last(),
    toReceive: 0,
    refused: 0,
    problem: BEGINNING,
  };

  let caughtUp = (): boolean => false;
  /** Positions of the journal that the stream is not known to have. */
  let waiting = (): number => log.last();

  const tell = (change: Partial<ReplicationStatus>): void => {
    const next = { ...status, ...change };
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    if (next.problem !== '' && next.problem !== status.problem)
      logger.warn({ problem: next.problem }, 'replication');
    if (next.problem === '' && status.problem !== '') logger.info({ level: next.level }, 'replication works');
    status = next;
    noteReplication(notes, status);
  };

  /** Ships and receives on one connection until that is closed for good. */
  const serve = async ({ nc, newInbox }: Connected): Promise<void> => {
    const jsm: JetStreamManager = await jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_TIMEOUT });
    let connected = true;
    let settling = false;
    let settled = false;
    let rival = false;
    let retry: NodeJS.Timeout | undefined;
    const parts = { names, newInbox, authors, isOwn, identity, clock, logger };

    const unsettle = (problem: string, wait = 200): void => {
      settled = false;
      shipping.pause();
      receiving.pause();
      tell({ problem });
      clearTimeout(retry);
      if (connected) retry = setTimeout(settle, wait);
    };

    const shipping = createShipping(nc, log, notes, parts, unsettle);
    const receiving = createReceiving(nc, log, notes, parts, {
      onDoubt: unsettle,
      onMissing: shipping.rewind,
      onRival: ({ writer, epoch }) => {
        rival = true;
        shipping.pause();
        tell({
          problem: `another daemon writes as ${writer} in epoch ${epoch}, later than ours: nothing is shipped`,
        });
      },
    });
    waiting = () => log.last() - shipping.shipped();
    caughtUp = () => settled && receiving.behind() === 0;
    const leases = createLeases(nc, log, notes, parts);

    const settle = async (): Promise<void> => {
      if (settling || !connected) return;
      settling = true;
      try {
        const version = nc.info?.version ?? '';
        const wanted = factStream(names, nats.replicas, version);
        const stream = await ensureStream(jsm, wanted);
        await ensureStream(jsm, leaseStream(names, nats.replicas));
        await receiving.resume(jsm, stream);
        if (!rival) await shipping.resume(jsm, stream);
        settled = connected;
        const level = featureLevel(version, differences(wanted, stream.config));
        if (settled) tell({ server: nc.getServer(), level, ...(rival ? {} : { problem: '' }) });
      } catch (error) {
        settling = false;
        unsettle(textOf(error), RETRY);
      } finally {
        settling = false;
      }
    };

    let ticking = false;
    const tick = async (): Promise<void> => {
      tell({
        toShip: waiting(),
        toReceive: receiving.behind(),
        refused: receiving.refused(),
      });
      if (!settled || ticking) return;
      ticking = true;
      try {
        shipping.tick();
        await leases.tick(jsm);
        await receiving.tick(jsm);
      } catch (error) {
        // A slow answer says nothing yet: what stands still is noticed by its own sign.
        if (settled && !(error instanceof errors.TimeoutError)) unsettle(textOf(error));
      } finally {
        ticking = false;
      }
    };
    const timer = setInterval(tick, TICK);

    const onStatus = (type: string, error?: Error): void => {
      if (type === 'disconnect') {
        connected = false;
        unsettle('the connection was lost');
      } else if (type === 'reconnect') connected = true;
      else if (type === 'error' && error && !isOfSubscription(error)) tell({ problem: error.message });
      if (type === 'reconnect' || type === 'disconnect') tell({ connected });
      if (type === 'reconnect') void settle();
    };

    tell({ connected, server: nc.getServer() });
    options.onConnection?.(nc);
    void settle();
    try {
      for await (const each of nc.status()) onStatus(each.type, 'error' in each ? each.error : undefined);
    } finally {
      connected = false;
      clearInterval(timer);
      clearTimeout(retry);
      shipping.stop();
      receiving.stop();
      tell({ connected, toShip: waiting() });
    }
  };

  let current: Connected | undefined;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        current = await connectTo(nats, `vipcast ${holderOf(identity)}`);
        if (signal.aborted) await current.nc.close();
        else await serve(current);
        if (!signal.aborted) tell({ problem: 'the connection was closed' });
      } catch (error) {
        tell({ problem: textOf(error) });
      }
      await delay(RETRY, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    status: () => ({ ...status, toShip: waiting() }),
    catchUp: async (patience) => {
      const until = clock.monotonic() + patience;
      const isStuck = (): boolean => status.problem !== '' && status.problem !== BEGINNING;
      while (!caughtUp() && !isStuck() && clock.monotonic() < until) await delay(LOOK);
    },
    stop: async () => {
      const until = clock.monotonic() + FAREWELL;
      while (status.connected && status.problem === '' && waiting() > 0 && clock.monotonic() < until)
        await delay(LOOK);
      stopping.abort();
      await current?.nc.close();
      await running;
      notes.close();
    },
  };
};
