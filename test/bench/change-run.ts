import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from './receivers/protocol.ts';
import { type Receivers, startReceivers } from './receivers/receivers.ts';
import type { Speaker, SpeakerKind, Vip } from './speakers/speaker.ts';
import { milliseconds } from './statistics.ts';

/** What some changes took, in milliseconds, until their bytes were at the receiver. */
export interface Latencies {
  readonly sinceDecided: readonly number[];
  readonly sinceTold: readonly number[];
}

/** A speaker with one session in Established, ready to be told. */
export interface ChangeRun extends AsyncDisposable {
  /** Announces and withdraws a VIP in turn. */
  changes(count: number): Promise<Latencies>;
}

const VIP: readonly Vip[] = [['203.0.113.1']];
const PAUSE = 3;
const TIMEOUT = 10_000;

/** The next change at a receiver. */
const nextChange = async (receivers: Receivers): Promise<() => Promise<Change>> => {
  const arrived: Change[] = [];
  let wake = (): void => {};
  await receivers.watch((change) => {
    arrived.push(change);
    wake();
  });
  return async () => {
    const timeout = setTimeout(() => wake(), TIMEOUT);
    while (arrived.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (arrived.length === 0) throw new Error(`no change at the receiver within ${TIMEOUT} ms`);
    }
    clearTimeout(timeout);
    return arrived.shift()!;
  };
};

const measure = async (speaker: Speaker, next: () => Promise<Change>, count: number): Promise<Latencies> => {
  const told: bigint[] = [];
  const arrived: bigint[] = [];
  for (let i = 0; i < count; i++) {
    const announced = i % 2 === 0;
    const [at, change] = await Promise.all([
      announced ? speaker.announce(VIP) : speaker.withdraw(VIP),
      next(),
    ]);
    if (change.announced !== announced) throw new Error('an UPDATE says the opposite of what was asked for');
    told.push(at);
    arrived.push(change.at);
    // It may have things to write down, which are no part of this change nor of the next.
    await delay(PAUSE);
  }
  const decided = (await speaker.decisions?.())?.map(({ at }) => at) ?? told;
  if (decided.length !== count) throw new Error(`${decided.length} decisions for ${count} changes`);
  return {
    sinceDecided: arrived.map((at, i) => milliseconds(decided[i]!, at)),
    sinceTold: arrived.map((at, i) => milliseconds(told[i]!, at)),
  };
};

/** Starts a speaker with nothing to announce, and waits for its session. */
export const startChangeRun = async (kind: SpeakerKind): Promise<ChangeRun> => {
  const resources = new AsyncDisposableStack();
  try {
    const receivers = resources.use(await startReceivers({ count: 1, held: false }));
    const speaker = resources.use(await kind.start({ peers: receivers.peers, table: [] }));
    await receivers.established();
    const next = await nextChange(receivers);
    return {
      changes: (count) => measure(speaker, next, count),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
};
