import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { isFactType, problemWith, versionOf } from '@vipcast/events';
import { type Consumer, type Delivered, factOf, openConsumer, type PackedFact, placeOf } from '@vipcast/nats';
import { decode } from '../encoding.ts';
import type { ForeignFact, Log, Term } from '../log.ts';
import { EPOCH_FLOOR, type Notes } from '../notes.ts';
import { createEcho } from './echo.ts';
import type { Names } from './names.ts';
import { createOwnTerms } from './own-terms.ts';
import type { Connection, ReplicationClock, ReplicationLogger } from './settings.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** Everybody's facts on their way into the journal. */
export interface Receiving {
  /** Goes on from where we got to; from the beginning when this stream is not the one that we knew. */
  resume(jsm: JetStreamManager, stream: StreamInfo): Promise<void>;
  pause(): void;
  /** Takes what waits for facts before it that will not come, without waiting any longer. */
  settle(): void;
  /** Compares our place with the stream's: a follower that has gone quiet does not know it. */
  tick(jsm: JetStreamManager): Promise<void>;
  /** Messages of the stream not read yet, as far as known. */
  behind(): number;
  refused(): number;
  stop(): void;
}

/** Everything up to `sequence` is in the journal; `id` is what stands there in the stream made at `created`. */
interface Cursor {
  readonly created: string;
  readonly sequence: number;
  readonly id: string;
}

const NOTE = 'cursor';
const BATCH = 512;
const QUIET = 3000;
const GAP_PATIENCE = 30_000;

const problemOf = (fact: PackedFact): string | undefined => {
  // A type or a version from a later release is kept, and passed over by views.
  if (!isFactType(fact.type) || fact.v > versionOf(fact.type)) return undefined;
  try {
    return problemWith(fact.type, decode(fact.data));
  } catch (error) {
    return (error as Error).message;
  }
};

export const createReceiving = (
  nc: Connection,
  log: Log,
  notes: Notes,
  options: {
    readonly names: Names;
    readonly newInbox: () => string;
    readonly isOwn: (writer: string) => boolean;
    readonly clock: ReplicationClock;
    readonly logger: ReplicationLogger;
  },
  events: {
    /** Our position is no longer certain; nothing comes until `resume`. */
    onDoubt(reason: string): void;
    /** One of our own facts at this position is missing from the stream. */
    onMissing(position: number): void;
    /** Somebody else writes as this node, in a later epoch. */
    onRival(fact: Term): void;
  },
): Receiving => {
  const { names, isOwn, clock, logger } = options;
  const room = createWaitingRoom(log, { now: clock.monotonic, patience: GAP_PATIENCE });
  const own = createOwnTerms(log, isOwn, notes.get<number>(EPOCH_FLOOR) ?? 0);
  const echo = createEcho(own.all);
  let cursor = notes.get<Cursor>(NOTE) ?? { created: '', sequence: 0, id: '' };
  /** The last message seen. */
  let seen = { sequence: cursor.sequence, id: cursor.id };
  let consumer: Consumer | undefined;
  let batch: ForeignFact[] = [];
  let scheduled = false;
  let behind = 0;
  let refused = 0;
  let movedAt = 0;

  const pause = (): void => {
    consumer?.close();
    consumer = undefined;
  };

  const doubt = (reason: string): void => {
    pause();
    events.onDoubt(reason);
  };

  const flush = (): void => {
    scheduled = false;
    const facts = batch;
    batch = [];
    try {
      for (const [i, outcome] of room.take(facts).entries())
        if (outcome === 'refused') refuse('it contradicts what is known', facts[i]?.id ?? '');
      if (room.size() > 0 || log.trouble() !== undefined || seen.sequence === cursor.sequence) return;
      cursor = { created: cursor.created, ...seen };
      notes.set(NOTE, cursor);
    } catch (error) {
      // The journal cannot be written to: what is not in it is read again.
      room.clear();
      seen = { sequence: cursor.sequence, id: cursor.id };
      doubt((error as Error).message);
    }
  };

  const refuse = (because: string, id: string): void => {
    refused += 1;
    logger.warn({ id, because, sequence: seen.sequence }, 'a fact from the stream is refused');
  };

  const takeOwn = (fact: Term): void => {
    if (!own.has(fact)) {
      if (fact.epoch >= own.latestEpoch(fact.writer)) events.onRival(fact);
      return;
    }
    const missing = echo.missingBefore(fact);
    const position = missing && log.positionOf(missing);
    if (position !== undefined) events.onMissing(position);
  };

  const takeForeign = (fact: PackedFact | string): void => {
    const problem = typeof fact === 'string' ? fact : problemOf(fact);
    if (problem === undefined) batch.push(fact as ForeignFact);
    else refuse(problem, seen.id);
  };

  const onMessage = (delivered: Delivered): void => {
    seen = { sequence: delivered.sequence, id: delivered.header('Nats-Msg-Id') };
    behind = delivered.pending;
    movedAt = clock.monotonic();
    const place = placeOf(delivered);
    if (typeof place === 'string') refuse(place, seen.id);
    else if (isOwn(place.writer)) takeOwn(place);
    else takeForeign(factOf(delivered, place));
    if (batch.length >= BATCH) flush();
    else if (!scheduled && behind < BATCH) {
      scheduled = true;
      setImmediate(flush);
    }
  };

  /** Whether this is the stream that we know, with all that we have seen of it. */
  const isKnown = async (jsm: JetStreamManager, { created, state }: StreamInfo): Promise<boolean> => {
    if (created !== cursor.created || state.last_seq < seen.sequence) return false;
    if (seen.sequence < state.first_seq || seen.sequence === 0) return true;
    const there = await jsm.streams.getMessage(names.stream, { seq: seen.sequence });
    return there !== null && there.header.get('Nats-Msg-Id') === seen.id;
  };

  const compare = async (jsm: JetStreamManager): Promise<void> => {
    // The answer is from before it arrives: more may have come meanwhile.
    const before = seen.sequence;
    const { created, state } = await jsm.streams.info(names.stream);
    if (consumer === undefined) return;
    behind = Math.max(0, state.last_seq - seen.sequence);
    if (created !== cursor.created || state.last_seq < before) doubt('the stream is not the one it was');
    else if (behind > 0 && clock.monotonic() - movedAt > QUIET)
      doubt('the stream has more, and nothing came for 3 s');
  };

  const begin = ({ created, state }: StreamInfo): void => {
    if (cursor.created !== '')
      logger.warn({ stream: names.stream }, 'the stream is not the one it was; reading all of it');
    cursor = { created, sequence: 0, id: '' };
    seen = { sequence: 0, id: '' };
    room.clear();
    echo.reset(state.first_seq <= 1);
  };

  return {
    resume: async (jsm, stream) => {
      pause();
      flush();
      if (!(await isKnown(jsm, stream))) begin(stream);
      const from = Math.max(seen.sequence + 1, stream.state.first_seq, 1);
      behind = Math.max(0, stream.state.last_seq - from + 1);
      movedAt = clock.monotonic();
      const { newInbox } = options;
      consumer = await openConsumer(
        { nc, newInbox, jsm, stream: names.stream, from, now: clock.monotonic },
        { onMessage, onBroken: doubt },
      );
    },
    pause,
    settle: () => {
      flush();
      room.giveUp(0);
    },
    tick: async (jsm) => {
      // While there is much to come, facts wait for a full batch.
      flush();
      if (consumer === undefined) return;
      const now = clock.monotonic();
      if (behind === 0 && room.giveUp() > 0)
        logger.warn({}, 'facts of other nodes are missing from the stream; going on without them');
      if (now - consumer.heardAt() > QUIET) doubt('nothing was heard from the stream for 3 s');
      else if (now - movedAt > 1000) await compare(jsm);
    },
    behind: () => behind,
    refused: () => refused,
    stop: () => {
      pause();
      flush();
    },
  };
};
