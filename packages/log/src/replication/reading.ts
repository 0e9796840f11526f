import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { type Connected, connectTo } from '@vipcast/nats';
import type { Log } from '../log.ts';
import { memoryLog } from '../memory.ts';
import type { Notes } from '../notes.ts';
import { knownHolders, readHolders } from './leases.ts';
import { namesOf } from './names.ts';
import { createReceiving } from './receiving.ts';
import type { NatsSettings, ReplicationClock } from './settings.ts';
import { isStreamMissing } from './streams.ts';

/** Whose log is read, and where. */
export interface ReadingOptions {
  readonly cluster: string;
  readonly nats: NatsSettings;
  readonly clock: ReplicationClock;
}

/** A cluster's log as its stream has it, for one who only asks. */
export interface Reading {
  /** In memory; grows as long as the reading goes on. Positions count the facts of the stream, from its first. */
  readonly log: Log;
  /** The server that answers, `host:port`. */
  server(): string;
  /** What keeps it from arriving, in words; empty when nothing does. */
  problem(): string;
  /** Nodes without a lease, and since when that is known. */
  gone(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT = 3000;
const TICK = 500;
const LOOK = 20;
/** So long nothing may come before we are content with what did. */
const PATIENCE = 10_000;

const NO_NOTES: Notes = {
  get: () => undefined,
  set: () => undefined,
  presence: () => [],
  setPresence: () => undefined,
  close: () => undefined,
};

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nothing = (problem: string): Reading => ({
  log: memoryLog(),
  server: () => '',
  problem: () => problem,
  gone: () => new Map(),
  close: () => Promise.resolve(),
});

const begin = async ({ nc, newInbox }: Connected, { cluster, clock }: ReadingOptions): Promise<Reading> => {
  const names = namesOf({ cluster, node: '' });
  const jsm: JetStreamManager = await jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_TIMEOUT });
  const stream = await jsm.streams.info(names.stream);
  const log = memoryLog({ after: Math.max(0, stream.state.first_seq - 1) });
  const absent = new Map<string, number>();
  let problem = '';
  let settling = false;

  const doubt = (reason: string): void => {
    receiving.pause();
    problem = reason;
  };
  const receiving = createReceiving(
    nc,
    log,
    NO_NOTES,
    { names, newInbox, isOwn: () => false, clock, logger: SILENT },
    { onDoubt: doubt, onMissing: () => undefined, onRival: () => undefined },
  );

  const look = async (): Promise<void> => {
    const holders = await readHolders(jsm, names);
    // Without any lease at all nobody renews them, and there is nothing to learn from them.
    const missing = [...knownHolders(log)].filter(
      (name) => holders.names.length > 0 && !holders.isThere(name),
    );
    for (const node of absent.keys()) if (!missing.includes(node)) absent.delete(node);
    for (const node of missing) absent.set(node, absent.get(node) ?? clock.wall());
  };

  /** Goes on from where it got to, and looks whether it still gets on. */
  const tick = async (): Promise<void> => {
    if (settling) return;
    settling = true;
    try {
      if (problem !== '') {
        await receiving.resume(jsm, await jsm.streams.info(names.stream));
        problem = '';
      }
      await receiving.tick(jsm);
      await look();
    } catch (error) {
      doubt(textOf(error));
    } finally {
      settling = false;
    }
  };

  await receiving.resume(jsm, stream);
  const timer = setInterval(tick, TICK);
  let last = log.last();
  for (let movedAt = clock.monotonic(); receiving.behind() > 0 && clock.monotonic() - movedAt < PATIENCE; ) {
    await delay(LOOK);
    if (log.last() !== last) movedAt = clock.monotonic();
    last = log.last();
  }
  if (receiving.behind() > 0 && problem === '') problem = 'the stream has more, and nothing came for 10 s';
  receiving.settle();
  if (problem === '') await look().catch((error: unknown) => doubt(textOf(error)));

  return {
    log,
    server: () => nc.getServer(),
    problem: () => problem,
    gone: () => absent,
    close: async () => {
      clearInterval(timer);
      receiving.stop();
      await nc.close();
    },
  };
};

/**
 * Reads a cluster's log from its stream: returns when all that was in it has arrived, or nothing more comes; it then
 * goes on with what is added. Publishes nothing, so the key of a reader will do. It never fails: what keeps the log
 * from arriving is its `problem`, and what did arrive is there.
 */
export const readCluster = async (options: ReadingOptions): Promise<Reading> => {
  let connected: Connected | undefined;
  try {
    connected = await connectTo(options.nats, 'vipcast reader');
    return await begin(connected, options);
  } catch (error) {
    await connected?.nc.close();
    const { stream } = namesOf({ cluster: options.cluster, node: '' });
    return nothing(isStreamMissing(error) ? `there is no stream ${stream}` : textOf(error));
  }
};
