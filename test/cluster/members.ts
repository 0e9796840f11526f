import { join } from 'node:path';
import { type Draft, type NewFact, stamp } from '@vipcast/events';
import { type Log, openJournal, openNotes, raiseEpochs, verify } from '@vipcast/log';
import { type Replication, startReplication } from '@vipcast/log/replication';
import { type Clock, createClock } from '@vipcast/runtime';
import { until } from '../interop/poll.ts';
import { discard, scratch } from '../interop/scratch.ts';

/** A node as far as the log is concerned: a journal that is replicated, and a writer to it. */
export interface Member extends AsyncDisposable {
  readonly name: string;
  readonly log: Log;
  readonly replication: Replication;
  /** What it wrote, by id. */
  readonly wrote: readonly string[];
  /** Everything replication had to say. */
  readonly said: readonly string[];
  append(count: number): void;
}

const realClock = createClock();

const factOf = (node: string, i: number, clock: Pick<Clock, 'uuid' | 'wall'>): NewFact => {
  const data = { vip: `web${i % 7}`, addresses: [`192.0.2.${i % 256}`], source: 'static', because: `${i}` };
  const draft = { type: 'vip.Advertised', of: data.vip, data: { ...data, reason: 'configured' } } as Draft;
  return stamp(draft, { cluster: 'test', node, id: clock.uuid(), at: clock.wall() });
};

/** What is not as usual about a member. */
export interface Peculiarities {
  readonly replicas?: number;
  readonly credentials?: string;
  readonly ca?: string;
  /** Its epochs lie above this. */
  readonly epochFloor?: number;
  /** How far its clock is ahead, in milliseconds. */
  readonly ahead?: number;
  /** Called before anything is shipped or received. */
  readonly prepare?: (member: Pick<Member, 'log' | 'append'>) => Promise<void>;
}

/** Starts a node of cluster `test` with an empty journal. */
export const startMember = async (
  name: string,
  servers: readonly string[],
  { replicas = 1, credentials, ca, epochFloor = 0, ahead = 0, prepare }: Peculiarities = {},
): Promise<Member> => {
  const clock = { ...realClock, wall: () => realClock.wall() + ahead };
  const folder = await scratch(`member-${name}`);
  const journal = join(folder, 'journal.db');
  const log = openJournal(journal);
  const notes = openNotes(journal);
  raiseEpochs(notes, epochFloor);
  notes.close();
  const writer = log.writer(`${name}/vip-watcher`);
  const wrote: string[] = [];
  const said: string[] = [];
  const say = (about: object, message: string): void => {
    said.push(`${message} ${JSON.stringify(about)}`);
  };
  const append = (count: number): void => {
    const facts = Array.from({ length: count }, (_, i) => factOf(name, wrote.length + i, clock));
    writer.append(facts);
    wrote.push(...facts.map(({ id }) => id));
  };
  await prepare?.({ log, append });
  const replication = startReplication({
    log,
    journal,
    identity: { cluster: 'test', node: name },
    nats: { servers, credentials: credentials ?? null, ca: ca ?? null, replicas },
    clock,
    logger: { info: say, warn: say, error: say },
  });
  return {
    name,
    log,
    replication,
    wrote,
    said,
    append,
    [Symbol.asyncDispose]: async () => {
      await replication.stop();
      log.close();
      await discard(folder);
    },
  };
};

/** Ids of the facts that a log has of a node, in its order. */
export const idsOf = (log: Log, node: string): readonly string[] =>
  Array.from(log.read())
    .filter(({ writer }) => writer.startsWith(`${node}/`))
    .map(({ id }) => id);

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

/** Why these journals do not yet have what each of them wrote, once and in order; empty when they do. */
export const lacking = (members: readonly Member[]): readonly string[] =>
  members.flatMap(({ name, log }) => [
    ...members
      .map((other) => ({ of: other.name, wrote: other.wrote, has: idsOf(log, other.name) }))
      .filter(({ wrote, has }) => !isSame(wrote, has))
      .map(
        ({ of, wrote, has }) => `${name} has ${has.length} (${new Set(has).size}) of ${of}'s ${wrote.length}`,
      ),
    ...Array.from(verify(log), ({ kind, text }) => `${name}: ${kind}, ${text}`),
  ]);

/** Waits until every journal has what each of them wrote, once, in order and with chains that hold. */
export const untilAlike = (members: readonly Member[], timeout = 15_000): Promise<unknown> =>
  until(
    () => {
      const counts = members.map(({ log }) => log.last());
      const total = members.reduce((sum, { wrote }) => sum + wrote.length, 0);
      return counts.every((count) => count >= total) && lacking(members).length === 0;
    },
    {
      what: 'journals that are alike',
      timeout,
      explain: () =>
        [
          ...lacking(members),
          ...members.flatMap(({ name, said }) => said.map((line) => `${name}: ${line}`)),
        ].join('\n'),
    },
  );
