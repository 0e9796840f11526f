import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { type Msg, nanos } from 'nats';
import type { Connection } from './settings.ts';

/** A message of a stream with its place in it. */
export interface Delivered {
  readonly message: Msg;
  readonly sequence: number;
  /** How many the stream has after it. */
  readonly pending: number;
}

/** Messages of a stream, in order and without gaps, until it ends. */
export interface Consumer {
  /** When the server was last heard of, in milliseconds of the monotonic clock. */
  heardAt(): number;
  close(): void;
}

const HEARTBEAT = 1000;
const STATUS = 100;

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<count>.<time>.<pending>`; newer servers may put a domain and an account in front. */
const placeOf = (reply: string): { sequence: number; count: number; pending: number } => {
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 7 : 5;
  return { sequence: Number(tokens[at]), count: Number(tokens[at + 1]), pending: Number(tokens[at + 3]) };
};

/**
 * Opens a consumer of our own making: it pushes, keeps no state but its place, and a count that skips ends it. The
 * client library's own one can fall silent for good when a server dies.
 * @param onBroken told once when messages were lost on the way: open a new one
 */
export const openConsumer = async (
  nc: Connection,
  jsm: JetStreamManager,
  options: {
    readonly stream: string;
    readonly inbox: string;
    readonly from: number;
    readonly now: () => number;
  },
  onMessage: (delivered: Delivered) => void,
  onBroken: (reason: string) => void,
): Promise<Consumer> => {
  const { inbox } = options;
  let counted = 0;
  let heardAt = options.now();
  let open = true;

  const close = (): void => {
    open = false;
    subscription.unsubscribe();
  };
  const broken = (reason: string): void => {
    if (!open) return;
    close();
    onBroken(reason);
  };

  const onStatus = (message: Msg): void => {
    const headers = message.headers;
    // Flow control: the server sends on when it hears that we came this far.
    const stalled = headers?.get('Nats-Consumer-Stalled') ?? '';
    if (message.reply) message.respond();
    else if (stalled !== '') nc.publish(stalled);
    const sent = headers?.get('Nats-Last-Consumer') ?? '';
    if (sent !== '' && Number(sent) !== counted)
      broken(`${Number(sent) - counted} messages were lost on the way`);
  };

  const onFact = (message: Msg): void => {
    const { sequence, count, pending } = placeOf(message.reply ?? '');
    if (count !== counted + 1) broken(`message ${counted + 1} was lost on the way`);
    else {
      counted = count;
      onMessage({ message, sequence, pending });
    }
  };

  const onAny = (message: Msg): void => {
    if (!open) return;
    heardAt = options.now();
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
    await jsm.consumers.add(options.stream, {
      deliver_subject: inbox,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: options.from,
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
  return { heardAt: () => heardAt, close };
};
