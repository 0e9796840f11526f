import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { type Msg, nanos } from 'nats';
import type { Link } from './connection.ts';
import type { Arrival } from './envelope.ts';

/** Messages of the stream, in order and without gaps, until it ends. */
export interface Consumer {
  /** When the server was last heard of, in milliseconds of a clock that never jumps. */
  heardAt(): number;
  /** Lets the server send on, if it waits for us. */
  release(): void;
  close(): void;
}

/** What a consumer tells. */
export interface ConsumerEvents {
  /** @param pending how many the stream has after it */
  onMessage(arrival: Arrival, pending: number): void;
  /** Told once when messages were lost on the way: open a new one. */
  onBroken(reason: string): void;
  /** True while we have enough to do. */
  isFull(): boolean;
}

const HEARTBEAT = 1000;
const STATUS = 100;

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<count>.<time>.<pending>`; newer servers may put a domain and an account in front. */
const placeOf = (
  reply: string,
): { readonly sequence: number; readonly count: number; readonly time: number; readonly pending: number } => {
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 7 : 5;
  const [sequence = 0, count = 0, time = 0, pending = 0] = tokens.slice(at, at + 4).map(Number);
  return { sequence, count, time: time / 1e6, pending };
};

const arrivalOf = (message: Msg, sequence: number, time: number): Arrival => {
  const headers = new Map<string, string | undefined>();
  for (const [name, [value]] of message.headers ?? []) headers.set(name, value);
  return {
    subject: message.subject,
    header: (name) => headers.get(name) ?? '',
    body: message.data,
    sequence,
    time,
  };
};

/**
 * Opens a consumer of our own making: it pushes, keeps no state but its place, and a count that skips ends it. The
 * client library's own one can fall silent for good when a server dies. While we have enough to do the server's flow
 * control goes unanswered, and it waits.
 */
export const openConsumer = async (
  { nc, jsm, stream, newInbox }: Link,
  from: number,
  events: ConsumerEvents,
): Promise<Consumer> => {
  const inbox = newInbox();
  let counted = 0;
  let heardAt = performance.now();
  let owed = '';
  let isOpen = true;

  const release = (): void => {
    if (!isOpen || owed === '' || events.isFull()) return;
    nc.publish(owed);
    owed = '';
  };
  const close = (): void => {
    isOpen = false;
    subscription.unsubscribe();
  };
  const broken = (reason: string): void => {
    if (!isOpen) return;
    close();
    events.onBroken(reason);
  };

  const onStatus = (message: Msg): void => {
    const { headers } = message;
    owed = message.reply || headers?.get('Nats-Consumer-Stalled') || owed;
    release();
    const sent = headers?.get('Nats-Last-Consumer') ?? '';
    if (sent !== '' && Number(sent) !== counted)
      broken(`${Number(sent) - counted} messages were lost on the way`);
  };

  const onFact = (message: Msg): void => {
    const { sequence, count, time, pending } = placeOf(message.reply ?? '');
    if (count !== counted + 1) broken(`message ${counted + 1} was lost on the way`);
    else {
      counted = count;
      events.onMessage(arrivalOf(message, sequence, time), pending);
    }
  };

  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error) broken(error.message);
      if (!isOpen) return;
      heardAt = performance.now();
      if (message.data.length === 0 && message.headers?.code === STATUS) onStatus(message);
      else onFact(message);
    },
  });
  try {
    await jsm.consumers.add(stream, {
      deliver_subject: inbox,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: nanos(HEARTBEAT),
      inactive_threshold: nanos(30_000),
      mem_storage: true,
      num_replicas: 1,
    });
  } catch (error) {
    close();
    throw error;
  }
  return { heardAt: () => heardAt, release, close };
};

/**
 * The sequence of the last message that the stream took before a time.
 * @throws Error when the server does not say
 */
export const sequenceBefore = async ({ jsm, stream }: Link, time: Date): Promise<number> => {
  const { delivered } = await jsm.consumers.add(stream, {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: time.toISOString(),
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(1000),
    mem_storage: true,
    num_replicas: 1,
  });
  return delivered.stream_seq;
};
