import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { envelopeOf, factOf } from '@vipcast/nats';
import { type Msg, type MsgHdrs, nuid } from 'nats';
import { type Authors, isAuthor, type Log, type StoredFact } from '../log.ts';
import type { Notes } from '../notes.ts';
import { type Batch, type BatchAnswer, beginBatch, isBroken, replyInBatch, takenOf } from './batch.ts';
import { createInflight } from './inflight.ts';
import type { Names } from './names.ts';
import type { Connection, ReplicationClock, ReplicationLogger } from './settings.ts';

/** Our own facts on their way to the stream. */
export interface Shipping {
  /** Goes on from where the stream got to, by its own account. */
  resume(jsm: JetStreamManager, stream: StreamInfo): Promise<void>;
  pause(): void;
  /** Ships from this position again: what is there was found missing from the stream. */
  rewind(position: number): void;
  /** Looks whether acknowledgements are overdue, and notes how far we came. */
  tick(): void;
  /** Everything up to here is in the stream. */
  shipped(): number;
  stop(): void;
}

/** Everything up to `position` was acknowledged by the stream made at `created`. */
interface Shipped {
  readonly created: string;
  readonly position: number;
}

const NOTE = 'shipped';
/** Unacknowledged at once: enough to keep a cluster on another continent busy. */
const MOST_IN_FLIGHT = 2000;
/** Acknowledgements of a batch that may be on their way. */
const WINDOWS = 3;
const MOST_BYTES = 8 * 1024 * 1024;
/** Rows looked at without a pause; the services of this process want their turn. */
const ROUND = 500;
const ACK_PATIENCE = 5000;

/** What the stream says of a fact, or of a batch of them. */
interface Acknowledgement extends BatchAnswer {
  readonly duplicate?: boolean;
  readonly error?: { readonly description: string };
}

/** The client asks headers for their bytes and nothing else; its own ones take longer to fill than a fact to store. */
const natsHeaders = (list: readonly (readonly [string, string])[]): MsgHdrs => {
  const lines = list.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const encode = (): Uint8Array => Buffer.from(`NATS/1.0\r\n${lines}\r\n`);
  return { encode } as unknown as MsgHdrs;
};

const acknowledgementIn = (message: Msg): Acknowledgement => {
  if (message.data.length === 0) return { error: { description: 'no stream takes facts now' } };
  return JSON.parse(message.string()) as Acknowledgement;
};

/** @param onDoubt told when it is no longer certain what the stream has; nothing is sent until `resume` */
export const createShipping = (
  nc: Connection,
  log: Log,
  notes: Notes,
  options: {
    readonly names: Names;
    readonly newInbox: () => string;
    readonly authors: Authors;
    readonly clock: ReplicationClock;
    readonly logger: ReplicationLogger;
  },
  onDoubt: (reason: string) => void,
): Shipping => {
  const { names, authors, clock, logger } = options;
  const inbox = options.newInbox();
  const inflight = createInflight();
  let noted = notes.get<Shipped>(NOTE) ?? { created: '', position: 0 };
  let created = noted.created;
  let looked = noted.position;
  let facts: Iterator<StoredFact> = [][Symbol.iterator]();
  /** The next of them, where one had to know whether there is one. */
  let upcoming: StoredFact | undefined;
  let takesBatches = false;
  /**
   * The stream does not have what is sent now: only then is there a batch, for one that begins with a fact that was
   * there already takes none of the others.
   */
  let isNews = false;
  let batch: Batch | undefined;
  /** The facts of ours among the positions up to here are in `facts`. */
  let lookingTo = looked;
  let generation = 0;
  let ready = false;
  let latest = 0;
  let scheduled = false;
  /** How far we have shipped of what is not written. */
  let shippedMark = 0;

  const shipped = (): number => (inflight.oldest()?.position ?? looked + 1) - 1;

  const note = (): void => {
    const position = shipped();
    if (!ready || (position === noted.position && created === noted.created)) return;
    noted = { created, position };
    notes.set(NOTE, noted);
  };

  const goTo = (position: number): void => {
    generation += 1;
    inflight.clear();
    batch = undefined;
    isNews = false;
    looked = position;
    lookingTo = position;
    facts = [][Symbol.iterator]();
    upcoming = undefined;
  };

  const pause = (): void => {
    if (ready) goTo(shipped());
    ready = false;
  };

  const doubt = (reason: string): void => {
    if (!ready) return;
    pause();
    onDoubt(reason);
  };

  const send = (fact: StoredFact, more: boolean): void => {
    try {
      const { headers: list, body } = envelopeOf(fact);
      const key = inflight.nextKey();
      if (more && isNews && takesBatches) batch ??= beginBatch(nuid.next(), key);
      const current = batch?.ended ? undefined : batch;
      const reply =
        current === undefined ? `${inbox}.${generation}.${key}` : replyInBatch(inbox, current, more);
      nc.publish(fact.subject, body, { headers: natsHeaders(list), reply });
      inflight.add(fact.position, body.length, clock.monotonic());
      if (current === undefined) return;
      current.count += 1;
      current.ended = !more;
    } catch (error) {
      if (batch?.count === 0) batch = undefined;
      // Nothing that the server can change: waiting would keep back all that come after.
      logger.error({ err: error, position: fact.position, type: fact.type }, 'a fact cannot be shipped');
    }
  };

  const next = (): StoredFact | undefined => {
    if (upcoming !== undefined) {
      const fact = upcoming;
      upcoming = undefined;
      return fact;
    }
    for (;;) {
      const found = facts.next();
      if (!found.done) return found.value;
      looked = Math.max(looked, lookingTo);
      lookingTo = log.last();
      if (lookingTo <= looked) return undefined;
      facts = log.stored(looked, authors)[Symbol.iterator]();
    }
  };

  /**
   * What cannot be written yet is decided all the same. Nobody waits for an acknowledgement: it is shipped again, with
   * all the rest, once it is written.
   */
  const shipHeld = (): void => {
    const { facts, mark } = log.held(shippedMark);
    shippedMark = mark;
    for (const fact of facts) {
      if (!isAuthor(authors, fact.writer)) continue;
      const { headers: list, body } = envelopeOf(fact);
      nc.publish(fact.subject, body, { headers: natsHeaders(list) });
    }
  };

  /** A server that hears of several batches at once wants less of each. */
  const mostInFlight = (): number =>
    batch === undefined ? MOST_IN_FLIGHT : Math.min(MOST_IN_FLIGHT, WINDOWS * batch.flow);

  const pump = (): void => {
    scheduled = false;
    for (let round = 0; ready && round < ROUND; round++) {
      if (inflight.size() >= mostInFlight() || inflight.bytes() >= MOST_BYTES) return;
      const fact = next();
      if (fact === undefined) {
        shipHeld();
        return;
      }
      looked = fact.position;
      upcoming = next();
      send(fact, upcoming !== undefined);
    }
    schedule();
  };

  const schedule = (): void => {
    if (scheduled || !ready) return;
    scheduled = true;
    setImmediate(pump);
  };

  /** Of one fact. */
  const onTaken = (key: number, { seq = 0, duplicate = false }: Acknowledgement): void => {
    if (!duplicate && seq <= latest) {
      doubt('the stream has gone back');
      return;
    }
    if (!duplicate) latest = seq;
    isNews = !duplicate;
    inflight.acknowledge(key);
  };

  const onBatch = (current: Batch, answer: Acknowledgement): void => {
    const { seq = 0, msgs = current.flow, type, duplicate = false } = answer;
    for (const taken = takenOf(answer); current.taken < taken; current.taken++)
      inflight.acknowledge(current.first + current.taken);
    current.flow = msgs;
    // It began with a fact that was there.
    if (duplicate) goTo(shipped());
    else if (isBroken(answer, current)) doubt('facts were lost on the way to the stream');
    else if (type === undefined) {
      latest = seq;
      batch = undefined;
    }
  };

  const onAcknowledgement = (message: Msg): void => {
    const [name, key] = message.subject.slice(inbox.length + 1).split('.');
    const current = batch?.id === name ? batch : undefined;
    if ((current === undefined && Number(name) !== generation) || !ready) return;
    const answer = acknowledgementIn(message);
    if (answer.error !== undefined) doubt(answer.error.description);
    else if (current === undefined) onTaken(Number(key), answer);
    else onBatch(current, answer);
    // Many at a time: a write to the socket costs more than a fact.
    if (inflight.size() <= mostInFlight() / 2) schedule();
  };

  const subscription = nc.subscribe(`${inbox}.>`, {
    callback: (error, message) => {
      if (error) doubt(error.message);
      else onAcknowledgement(message);
    },
  });
  const listening = log.listen(schedule);

  /** Position of the last of our facts in the stream; 0 when none of this journal is there. */
  const lastInStream = async (jsm: JetStreamManager): Promise<number> => {
    const found = await Promise.all(
      names.own.map((subject) => jsm.streams.getMessage(names.stream, { last_by_subj: subject })),
    );
    const stored = found.reduce((last, each) => ((each?.seq ?? 0) > (last?.seq ?? 0) ? each : last), null);
    if (stored === null) return 0;
    const { subject, header, data: body } = stored;
    const fact = factOf({ subject, header: (name) => header.get(name), body });
    if (typeof fact === 'string') return 0;
    return log.positionOf(fact) ?? 0;
  };

  return {
    resume: async (jsm, stream) => {
      pause();
      const same = stream.created === created;
      const last = await lastInStream(jsm);
      // Neither word alone will do: the stream may have lost what it acknowledged, and may lack what was sent before
      // what it has last.
      goTo(same ? Math.min(shipped(), last) : 0);
      created = stream.created;
      takesBatches = stream.config.allow_batched ?? false;
      latest = 0;
      shippedMark = 0;
      ready = true;
      note();
      schedule();
    },
    pause,
    rewind: (position) => {
      if (position > shipped()) return;
      logger.warn({ position }, 'the stream lacks facts that it had acknowledged; shipping them again');
      goTo(position - 1);
      schedule();
    },
    tick: () => {
      const oldest = inflight.oldest();
      if (oldest !== undefined && clock.monotonic() - oldest.sentAt > ACK_PATIENCE)
        doubt('the stream has not acknowledged for 5 s');
      note();
    },
    shipped,
    stop: () => {
      note();
      ready = false;
      listening.stop();
      subscription.unsubscribe();
    },
  };
};
