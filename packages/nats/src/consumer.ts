import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { type Msg, nanos } from 'nats';
import type { Connected } from './connection.ts';
import type { Message } from './envelope.ts';
import { headersOf } from './headers.ts';

/** A message of a stream with its place in it. */
export interface Delivered extends Message {
  readonly sequence: number;
  /** When the stream took it, in milliseconds since 1970. */
  readonly time: number;
  /** How many the stream has after it. */
  readonly pending: number;
}

/** Messages of a stream, in order and without gaps, until it ends. */
export interface Consumer {
  /** When the server was last heard of, by the clock that the consumer was given. */
  heardAt(): number;
  /** Lets the server send on, if it waits for us. */
  release(): void;
  close(): void;
}

/** What is read, and from where on. */
export interface ConsumerOptions extends Connected {
  readonly jsm: JetStreamManager;
  readonly stream: string;
  /** The first sequence. */
  readonly from: number;
  /** Milliseconds that never jump. */
  readonly now: () => number;
}

/** What a consumer tells. */
export interface ConsumerEvents {
  onMessage(delivered: Delivered): void;
  /** Told once when messages were lost on the way: open a new one. */
  onBroken(reason: string): void;
  /** True while there is enough to do. Left out: never. */
  isFull?(): boolean;
}

const HEARTBEAT = 1000;
const STATUS = 100;

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<count>.<time>.<pending>`; newer servers may put a domain and an account in front. */
const placeOf = (
  reply: string,
): { readonly sequence: number; readonly count: number; readonly time: number; readonly pending: number } => {
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 7 : 5;
  return {
    sequence: Number(tokens[at]),
    count: Number(tokens[at + 1]),
    time: Number(tokens[at + 2]) / 1e6,
    pending: Number(tokens[at + 3]),
  };
};

/**
 * Opens a consumer of our own making: it pushes, keeps no state but its place, and a count that skips ends it. The
 * client library's own one can fall silent for good when a server dies. While there is enough to do, the server's flow
 * control goes unanswered, and it waits.
 */
export const openConsumer = async (
  { nc, newInbox, jsm, stream, from, now }: ConsumerOptions,
  { onMessage, onBroken, isFull = () => false }: ConsumerEvents,
): Promise<Consumer> => {
  const inbox = newInbox();
  let counted = 0;
  let heardAt = now();
  /** Where the server waits to hear that we came this far. */
  let owed = '';
  let open = true;

  const release = (): void => {
    if (!open || owed === '' || isFull()) return;
    nc.publish(owed);
    owed = '';
  };
  const close = (): void => {
    open = false;
    subscription.unsubscribe();
  };
  const broken = (reason: string): void => {
    if (!open) return;
    close();
    onBroken(reason);
  };

  const onStatus = ({ headers, reply }: Msg): void => {
    owed = reply || headers?.get('Nats-Consumer-Stalled') || owed;
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
      const { subject, data: body } = message;
      onMessage({ subject, header: headersOf(message), body, sequence, time, pending });
    }
  };

  const onAny = (message: Msg): void => {
    if (!open) return;
    heardAt = now();
    if (message.data.length === 0 && message.headers?.code === STATUS) onStatus(message);
    else onFact(message);
  };

  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error) broken(error.message);
      else onAny(message);
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
