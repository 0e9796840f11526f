/**
 * Facts that follow one another to the stream as one batch (NATS ADR-50, fast ingest; nats-server 2.14): each is stored
 * as it comes, and some hundreds are acknowledged at a time. The reply subject of each says so:
 * `<inbox>.<batch>.<facts an acknowledgement>.fail.<its number>.<operation>.$FI`
 */
export interface Batch {
  readonly id: string;
  /** The key in flight of the fact that is number 1. */
  readonly first: number;
  /** Facts in it so far. */
  count: number;
  /** So many of them, from the first on, the stream has taken. */
  taken: number;
  /** Facts that the server wants to acknowledge at a time, one publisher of several. */
  flow: number;
  /** The last one was sent. */
  ended: boolean;
}

/** The most facts an acknowledgement that we ask for, which is also the most that a server gives. */
const FLOW = 500;
const [START, APPEND, COMMIT] = [0, 1, 2];

/** @param id of this batch and no other one of the stream, ever */
export const beginBatch = (id: string, first: number): Batch => ({
  id,
  first,
  count: 0,
  taken: 0,
  flow: FLOW,
  ended: false,
});

/** Where the answer to the next fact is to be sent; `more`: it is not the last. A batch has at least two. */
export const replyInBatch = (inbox: string, { id, count }: Batch, more: boolean): string => {
  const operation = count === 0 ? START : more ? APPEND : COMMIT;
  return `${inbox}.${id}.${FLOW}.fail.${count + 1}.${operation}.$FI`;
};

/** What a server says of a batch. */
export interface BatchAnswer {
  /** Of progress; absent at the end. `gap`: facts were lost on the way. */
  readonly type?: 'ack' | 'gap' | 'err';
  /** With a type: the last number that this is about. */
  readonly seq?: number;
  /** With `ack`: facts an acknowledgement from now on. */
  readonly msgs?: number;
  /** At the end: how many the stream has taken. */
  readonly count?: number;
}

/** How many facts of the batch, from its first on, the stream has taken by now. */
export const takenOf = ({ type, seq = 0, count = 0 }: BatchAnswer): number =>
  type === undefined ? count : type === 'ack' ? seq : 0;

/** Whether the batch has come to an end other than its own. */
export const isBroken = ({ type, count }: BatchAnswer, batch: Batch): boolean =>
  type === undefined ? !batch.ended || count !== batch.count : type !== 'ack';
