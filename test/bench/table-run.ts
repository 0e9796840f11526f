import { type Memory, settledMemory } from './memory.ts';
import type { PerFamily, Received } from './receivers/protocol.ts';
import { startReceivers } from './receivers/receivers.ts';
import type { SpeakerKind, Vip } from './speakers/speaker.ts';
import { milliseconds } from './statistics.ts';

/** How long until the last prefix was at the last receiver, in milliseconds. */
export interface Duration {
  readonly sinceDecided: number;
  readonly sinceTold: number;
  /** UPDATEs to the receiver that got the most. */
  readonly updates: PerFamily;
}

/** What one run of one speaker showed. */
export interface TableRun {
  readonly up: Duration;
  readonly withdrawn: Duration;
  readonly added: Duration;
  readonly memory: Memory;
  /** Once all was withdrawn and added again. */
  readonly memoryAfter: Memory;
}

const duration = (decided: bigint, told: bigint, received: readonly Received[]): Duration => {
  const last = received
    .map((each) => each.last)
    .toSorted((a, b) => Number(a - b))
    .at(-1)!;
  return {
    sinceDecided: milliseconds(decided, last),
    sinceTold: milliseconds(told, last),
    updates: {
      ipv4: Math.max(...received.map(({ updates }) => updates.ipv4)),
      ipv6: Math.max(...received.map(({ updates }) => updates.ipv6)),
    },
  };
};

/**
 * Starts a speaker with a table and takes it through its day: sessions come up, all together; everything is withdrawn;
 * everything is added again.
 */
export const runTable = async (kind: SpeakerKind, vips: readonly Vip[], peers: number): Promise<TableRun> => {
  await using receivers = await startReceivers({ count: peers, held: true });
  await using speaker = await kind.start({ peers: receivers.peers, table: vips });
  await speaker.loaded();
  await receivers.held();

  const everything = await receivers.expect('announced', vips.length);
  const established = await receivers.release();
  const up = duration(established, established, await everything.arrived);
  const memory = await settledMemory(speaker.pid);

  const change = async (kindOfChange: 'announced' | 'withdrawn'): Promise<Duration> => {
    const { arrived } = await receivers.expect(kindOfChange, vips.length);
    const [told, received] = await Promise.all([
      kindOfChange === 'announced' ? speaker.announce(vips) : speaker.withdraw(vips),
      arrived,
    ]);
    const [first] = (await speaker.decisions?.()) ?? [];
    return duration(first?.at ?? told, told, received);
  };
  const withdrawn = await change('withdrawn');
  await settledMemory(speaker.pid);
  const added = await change('announced');
  const memoryAfter = await settledMemory(speaker.pid);
  return { up, withdrawn, added, memory, memoryAfter };
};
