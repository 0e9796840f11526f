import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';
import { type Consumer, type Delivered, openConsumer } from '@vipcast/nats';
import { errors } from 'nats';
import type { Link } from './connection.ts';
import { sequenceBefore } from './moment.ts';

/** A place in a stream that can be put away and come back to: it knows its stream again. */
export interface Bookmark {
  /** When the stream was made. */
  readonly created: string;
  readonly sequence: number;
  /** Id of the fact there; empty when it is not known. */
  readonly id: string;
}

/** After what to begin: a bookmark, a position in the stream as it is now, all that there is, now, or a time. */
export type After = Bookmark | number | 'start' | 'now' | Date;

/** What a reader tells. */
export interface ReaderEvents {
  onMessage(delivered: Delivered, place: Bookmark): void;
  /** Nothing comes for now; it goes on by itself. */
  onInterrupted(because: string): void;
  onResumed(): void;
  /** The stream is not the one that it was. All of it is read, and much will come again. */
  onReplaced(because: string): void;
  /** Once a second, for what takes time. */
  onTick(): void;
  isFull(): boolean;
}

/** Messages of the stream of facts from a place on, whatever happens to servers and streams. */
export interface Reader {
  /** Messages not read yet, as far as known; before the stream was seen `undefined`. */
  behind(): number | undefined;
  /** True when the stream is read from its very first message. */
  whole(): boolean;
  /** Call when there is room again. */
  release(): void;
  stop(): void;
}

const TICK = 1000;
const QUIET = 3000;
const RETRY = 1000;
const SOON = 200;
const STREAM_NOT_FOUND = 10059;

const textOf = (error: unknown, stream: string): string =>
  error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND
    ? `there is no stream ${stream}`
    : (error as Error).message;

const isBookmark = (after: After): after is Bookmark => typeof after === 'object' && !(after instanceof Date);

/** Reads from a place on until it is stopped. Returns at once. */
export const startReader = (link: Link, after: After, events: ReaderEvents): Reader => {
  const { jsm, stream } = link;
  let seen: Bookmark | undefined;
  let consumer: Consumer | undefined;
  let behind: number | undefined;
  let whole = false;
  let movedAt = performance.now();
  let settling = false;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let problem = '';

  const drop = (): void => {
    consumer?.close();
    consumer = undefined;
  };

  const unsettle = (because: string, wait = SOON): void => {
    drop();
    if (stopped) return;
    if (problem !== because) events.onInterrupted(because);
    problem = because;
    clearTimeout(retry);
    retry = setTimeout(settle, wait);
  };

  const startOf = async (state: StreamInfo['state']): Promise<number> => {
    if (after === 'start') return 0;
    if (after instanceof Date) return sequenceBefore(link, after);
    return typeof after === 'number' ? after : state.last_seq;
  };

  /** Whether this is the stream that a place was in, with all that there was before it. */
  const isKnown = async ({ created, state }: StreamInfo, place: Bookmark): Promise<boolean> => {
    if (created !== place.created || state.last_seq < place.sequence) return false;
    if (place.sequence < state.first_seq || place.id === '') return true;
    const there = await jsm.streams.getMessage(stream, { seq: place.sequence });
    return there?.header.get('Nats-Msg-Id') === place.id;
  };

  const begin = async ({ created, state }: StreamInfo): Promise<Bookmark> => {
    if (isBookmark(after)) return after;
    const sequence = await startOf(state);
    whole = sequence === 0 && state.first_seq <= 1;
    return { created, sequence, id: '' };
  };

  const resume = async (info: StreamInfo): Promise<void> => {
    seen ??= await begin(info);
    if (!(await isKnown(info, seen))) {
      events.onReplaced(
        info.created === seen.created ? 'it has gone back' : `it was made at ${info.created}`,
      );
      seen = { created: info.created, sequence: 0, id: '' };
      whole = info.state.first_seq <= 1;
    }
    const from = Math.max(seen.sequence + 1, info.state.first_seq, 1);
    behind = Math.max(0, info.state.last_seq - from + 1);
    movedAt = performance.now();
    consumer = await openConsumer(
      { ...link, from, now: () => performance.now() },
      { isFull: events.isFull, onBroken: unsettle, onMessage },
    );
  };

  const onMessage = (delivered: Delivered): void => {
    const { sequence, header, pending } = delivered;
    seen = { ...(seen as Bookmark), sequence, id: header('Nats-Msg-Id') };
    behind = pending;
    movedAt = performance.now();
    events.onMessage(delivered, seen);
  };

  const settle = async (): Promise<void> => {
    if (settling || stopped) return;
    settling = true;
    clearTimeout(retry);
    drop();
    try {
      await resume(await jsm.streams.info(stream));
      if (stopped) return drop();
      problem = '';
      events.onResumed();
    } catch (error) {
      unsettle(textOf(error, stream), RETRY);
    } finally {
      settling = false;
    }
  };

  /** A follower that has gone quiet does not know it: only the stream says how far it should be. */
  const compare = async (place: Bookmark): Promise<void> => {
    const { created, state } = await jsm.streams.info(stream);
    if (consumer === undefined || seen === undefined) return;
    if (created !== place.created || state.last_seq < place.sequence)
      return unsettle('the stream is not the one it was');
    behind = Math.max(0, state.last_seq - Math.max(seen.sequence, state.first_seq - 1));
    if (behind > 0 && performance.now() - movedAt > QUIET)
      unsettle('the stream has more, and nothing came for 3 s');
  };

  const tick = async (): Promise<void> => {
    events.onTick();
    if (consumer === undefined || seen === undefined || settling) return;
    const now = performance.now();
    // What we keep waiting must not be taken for silence.
    if (events.isFull()) movedAt = now;
    else if (now - consumer.heardAt() > QUIET) unsettle('nothing was heard from the server for 3 s');
    else if (now - movedAt > TICK)
      await compare(seen).catch((error: unknown) => {
        // A slow answer says nothing yet.
        if (!(error instanceof errors.TimeoutError)) unsettle(textOf(error, stream), RETRY);
      });
  };

  const timer = setInterval(tick, TICK);
  const status = link.onStatus(({ type }) => {
    if (type === 'disconnect') unsettle('the connection was lost', RETRY);
    else if (type === 'reconnect') void settle();
  });
  void settle();

  return {
    behind: () => behind,
    whole: () => whole,
    release: () => consumer?.release(),
    stop: () => {
      stopped = true;
      drop();
      clearInterval(timer);
      clearTimeout(retry);
      status.stop();
    },
  };
};
