import type { StreamConfig } from '@nats-io/jetstream';
import { verify } from '@vipcast/log';
import { headers, type Msg, type MsgHdrs } from 'nats';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { idsOf, lacking, type Member, type Peculiarities, startMember, untilAlike } from './members.ts';
import { type NatsServer, startNats } from './nats.ts';
import { askNats } from './sites.ts';

const STREAM = 'vipcast-test';

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};
const member = (name: string, nats: NatsServer, peculiar: Peculiarities = {}): Promise<Member> =>
  kept(startMember(name, [nats.url], peculiar));

/** The names of all consumers of the stream of facts. */
const consumersOf = (nats: NatsServer): Promise<readonly string[]> =>
  administer(nats, async (jsm) => {
    const names: string[] = [];
    for await (const { name } of jsm.consumers.list(STREAM)) names.push(name);
    return names;
  });

/** What is published on a subject meanwhile. */
const heardOn = (nats: NatsServer, subject: string, act: () => Promise<unknown>): Promise<readonly Msg[]> =>
  administer(nats, async (_, nc) => {
    const heard: Msg[] = [];
    nc.subscribe(subject, { callback: (__, message) => void heard.push(message) });
    await nc.flush();
    await act();
    await nc.flush();
    return heard;
  });

/** The headers of a message, with an id that no dedupe window knows. */
const renamed = (message: Msg, id: string): MsgHdrs => {
  const list = headers();
  for (const [name, values] of message.headers ?? []) for (const value of values) list.append(name, value);
  list.set('Nats-Msg-Id', id);
  return list;
};

describe.skipIf(!have('nats-server 2.14'))('a journal beside a stream that misbehaves', () => {
  it('has each fact once and in order, though they come three times and backwards', async () => {
    const [nats, mirror] = [await kept(startNats('2.14')), await kept(startNats('2.14'))];
    const author = await member('n1', nats);
    const facts = await heardOn(nats, 'vipcast.test.n1.>', async () => {
      author.append(400);
      await until(() => author.replication.status().toShip === 0, { what: 'the facts' });
    });
    expect(facts.length).toBe(400);
    const reader = await member('n2', mirror);
    await until(() => reader.replication.status().problem === '', { what: 'the stream' });
    await administer(mirror, async (_, nc) => {
      const backwards = facts.toReversed();
      for (const [round, batch] of [backwards, facts, backwards].entries())
        for (const [i, message] of batch.entries())
          nc.publish(message.subject, message.data, { headers: renamed(message, `${round}-${i}`) });
      await nc.flush();
    });
    await until(() => reader.replication.status().toReceive === 0 && reader.log.last() >= 400, {
      what: 'all of them',
      explain: () => lacking([author, reader]).join(),
    });
    expect(idsOf(reader.log, 'n1')).toEqual(author.wrote);
    expect([...verify(reader.log)]).toEqual([]);
    expect(reader.replication.status().refused).toBe(0);
    expect((await askNats({ urls: [mirror.url] }, 'log', 'verify')).code).toBe(0);
  });

  it('hears from its owner what was acknowledged and then lost in the middle', async () => {
    const nats = await kept(startNats('2.14'));
    // One that lets messages be deleted, as no stream of ours does.
    const lossy: Partial<StreamConfig> & { name: string } = {
      name: STREAM,
      subjects: ['vipcast.test.>'],
      storage: 'file',
    };
    await administer(nats, (jsm) => jsm.streams.add(lossy));
    const author = await member('n1', nats);
    author.append(50);
    await until(() => author.replication.status().toShip === 0, { what: 'the first facts' });
    const [own] = await consumersOf(nats);
    await administer(nats, (jsm) => jsm.consumers.pause(STREAM, own ?? '', new Date(Date.now() + 60_000)));
    author.append(100);
    await until(() => author.replication.status().toShip === 0, { what: 'the others', interval: 10 });
    await administer(nats, async (jsm) => {
      for (const seq of [71, 72, 110]) await jsm.streams.deleteMessage(STREAM, seq);
    });
    const broken = await askNats({ urls: [nats.url] }, 'log', 'verify');
    expect([broken.code, broken.stdout.match(/gap/g)?.length]).toEqual([1, 2]);
    // A server that starts has no memory of ids whose messages it lacks, as a new leader has none.
    await nats.restart();
    const reader = await member('n2', nats);
    await untilAlike([author, reader], 20_000);
    expect(author.said.join('\n')).toMatch(/lacks facts that it had acknowledged/);
  });

  it.each([
    [
      'paused',
      (nats: NatsServer, name: string) =>
        administer(nats, (jsm) => jsm.consumers.pause(STREAM, name, new Date(Date.now() + 600_000))),
    ],
    [
      'deleted',
      (nats: NatsServer, name: string) => administer(nats, (jsm) => jsm.consumers.delete(STREAM, name)),
    ],
  ])('notices within seconds that its consumer was %s', async (_, harm) => {
    const nats = await kept(startNats('2.14'));
    const members = [await member('n1', nats), await member('n2', nats)];
    for (const each of members) each.append(20);
    await untilAlike(members);
    for (const name of await consumersOf(nats)) await harm(nats, name);
    for (const each of members) each.append(20);
    const begun = performance.now();
    await untilAlike(members, 15_000);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('takes the word of a node whose clock is an hour off, in either direction', async () => {
    const nats = await kept(startNats('2.14'));
    const hour = 3_600_000;
    const members = [
      await member('n1', nats, { ahead: hour }),
      await member('n2', nats, { ahead: -hour }),
      await member('n3', nats),
    ];
    for (let round = 0; round < 3; round++) for (const each of members) each.append(20);
    await untilAlike(members);
    const times = (name: string): readonly number[] =>
      Array.from(members[2]!.log.read())
        .filter(({ writer }) => writer.startsWith(`${name}/`))
        .map(({ at }) => at);
    expect(Math.min(...times('n1')) - Math.max(...times('n2'))).toBeGreaterThan(1.9 * hour);
    // Nobody is gone for it: leases go by the server's clock alone.
    const noted = members.flatMap(({ said }) => said.filter((line) => line.startsWith('a node is gone')));
    expect(noted).toEqual([]);
    const asked = await askNats({ urls: [nats.url] }, 'vips', '--at', 'seq:60');
    expect(asked.code).toBe(0);
  });
});
