import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '@vipcast/log';
import { envelopeOf } from '@vipcast/nats';
import { headers, nkeys } from 'nats';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { idsOf, lacking, type Peculiarities, startMember, untilAlike } from './members.ts';
import { type Release, startNats } from './nats.ts';

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};

const releases: readonly Release[] = ['2.14', '2.9'];

describe.each(releases)('replication over nats-server %s', (release) => {
  const skipped = !have(`nats-server ${release}`);

  it.skipIf(skipped)('brings every fact to every journal, once and in order', async () => {
    const nats = await kept(startNats(release));
    const members = await Promise.all(['n1', 'n2', 'n3'].map((name) => kept(startMember(name, [nats.url]))));
    for (let round = 0; round < 20; round++) for (const member of members) member.append(50);
    await untilAlike(members);
    for (const { replication } of members)
      expect(replication.status()).toMatchObject({ connected: true, refused: 0, problem: '' });
    expect(members[0]?.replication.status().level.split(':')[0]).toBe(release);
    const late = await kept(startMember('n4', [nats.url]));
    await untilAlike([...members, late]);
  });

  it.skipIf(skipped)('lets facts wait for a server that is not there yet, and is killed later', async () => {
    const nats = await kept(startNats(release));
    await nats.kill();
    const members = await Promise.all(['n1', 'n2'].map((name) => kept(startMember(name, [nats.url]))));
    for (const member of members) member.append(300);
    await until(() => members.every(({ replication }) => replication.status().problem.length > 0), {
      what: 'a problem to be reported',
    });
    expect(lacking(members)).not.toEqual([]);
    await nats.restart();
    await untilAlike(members);
    for (let round = 0; round < 5; round++) {
      for (const member of members) member.append(400);
      await nats.restart();
    }
    await untilAlike(members, 30_000);
  });

  it.skipIf(skipped)('ships again what a deleted stream had', async () => {
    const nats = await kept(startNats(release));
    const members = await Promise.all(['n1', 'n2'].map((name) => kept(startMember(name, [nats.url]))));
    for (const member of members) member.append(700);
    await untilAlike(members);
    await administer(nats, (jsm) => jsm.streams.delete('vipcast-test'));
    for (const member of members) member.append(10);
    await untilAlike(members);
    const late = await kept(startMember('n3', [nats.url]));
    await untilAlike([...members, late]);
  });

  it.skipIf(skipped)('ships what the stream lacks, and what follows that it has', async () => {
    const nats = await kept(startNats(release));
    const other = await kept(startMember('n2', [nats.url]));
    await until(() => other.replication.status().problem === '', { what: 'a stream' });
    const prepare: Peculiarities['prepare'] = async ({ log, append }) => {
      append(5000);
      await administer(nats, async (_, nc) => {
        for (const fact of [...log.stored()].filter(({ n }) => n > 2 && n <= 4000)) {
          const envelope = envelopeOf(fact);
          const list = headers();
          for (const [name, value] of envelope.headers) list.set(name, value);
          nc.publish(fact.subject, envelope.body, { headers: list });
        }
        await nc.flush();
      });
    };
    await untilAlike([other, await kept(startMember('n1', [nats.url], { prepare }))]);
    const { state } = await administer(nats, (jsm) => jsm.streams.info('vipcast-test'));
    expect(state.messages).toBe(5000);
  });

  it.skipIf(skipped)('is acknowledged many facts at a time, if the server can', async () => {
    const nats = await kept(startNats(release));
    const member = await kept(startMember('n1', [nats.url]));
    const shipped = () =>
      until(() => member.replication.status().toShip === 0, { what: 'the last acknowledgement' });
    member.append(20);
    await shipped();
    await administer(nats, async (_, nc) => {
      let acknowledgements = 0;
      nc.subscribe('_INBOX.>', {
        callback: (__, { data }) => {
          if (Buffer.from(data).includes('"seq":')) acknowledgements++;
        },
      });
      await nc.flush();
      member.append(5000);
      await shipped();
      await nc.flush();
      if (release === '2.14') expect(acknowledgements).toBeLessThan(200);
      else expect(acknowledgements).toBeGreaterThanOrEqual(5000);
    });
  });

  it.skipIf(skipped)('starts on an empty server what it had on another', async () => {
    const nats = await kept(startNats(release));
    const members = await Promise.all(['n1', 'n2'].map((name) => kept(startMember(name, [nats.url]))));
    for (const member of members) member.append(500);
    await untilAlike(members);
    await nats.restart({ fresh: true });
    for (const member of members) member.append(10);
    await untilAlike(members, 20_000);
    const late = await kept(startMember('n3', [nats.url]));
    await untilAlike([...members, late]);
  });

  it.skipIf(skipped)('ships again what a server has forgotten that was put back from a copy', async () => {
    const nats = await kept(startNats(release));
    const members = await Promise.all(['n1', 'n2'].map((name) => kept(startMember(name, [nats.url]))));
    for (const member of members) member.append(300);
    await untilAlike(members);
    const copy = await nats.save();
    for (const member of members) member.append(300);
    await untilAlike(members);
    await copy.undo();
    for (const member of members) member.append(300);
    await untilAlike(members);
    const late = await kept(startMember('n3', [nats.url]));
    await untilAlike([...members, late]);
  });

  it.skipIf(skipped)(
    'takes up a node that lost its journal, and lets only one speak for a node',
    async () => {
      const nats = await kept(startNats(release));
      const [first, other] = [
        await kept(startMember('n1', [nats.url], { epochFloor: 1000 })),
        await kept(startMember('n2', [nats.url])),
      ];
      first.append(20);
      await untilAlike([first, other]);
      const again = await kept(startMember('n1', [nats.url], { epochFloor: 2000 }));
      again.append(20);
      const all = [...first.wrote, ...again.wrote];
      await until(() => expect(idsOf(other.log, 'n1')).toEqual(all) ?? true, { what: 'the new facts of n1' });
      await until(() => first.replication.status().problem.includes('another daemon writes as n1/'), {
        what: 'the older one to notice',
      });
      first.append(20);
      again.append(20);
      await until(() => idsOf(other.log, 'n1').length === all.length + 20, { what: 'more facts of n1' });
      expect([...verify(other.log)]).toEqual([]);
      expect(idsOf(other.log, 'n1')).toEqual([...first.wrote.slice(0, 20), ...again.wrote]);
    },
  );
});

describe.skipIf(!have('nats-server 2.14'))('a node with a key', () => {
  it('may write as itself and as nobody else', async () => {
    const [key, reader] = [nkeys.createUser(), nkeys.createUser()];
    const api = ['STREAM.INFO.*', 'STREAM.CREATE.*', 'STREAM.MSG.GET.*', 'CONSUMER.CREATE.>'];
    const publish = [
      ...['vipcast.test.n1.>', 'vipcast-lease.test.n1', '$JS.FC.>'],
      ...api.map((each) => `$JS.API.${each}`),
    ];
    const nats = await kept(
      startNats(
        '2.14',
        `authorization { users: [
          { nkey: ${key.getPublicKey()}, permissions: { publish: ${JSON.stringify(publish)}, subscribe: ["_INBOX.>"] } }
          { nkey: ${reader.getPublicKey()} }
        ] }`,
      ),
    );
    const folder = await scratch('keys');
    cleanups.push({ [Symbol.asyncDispose]: () => discard(folder) });
    const fileOf = async (name: string, seed: Uint8Array): Promise<string> => {
      await writeFile(join(folder, name), `${Buffer.from(seed)}\n`, { mode: 0o600 });
      return join(folder, name);
    };
    const credentials = await fileOf('n1', key.getSeed());
    const first = await kept(startMember('n1', [nats.url], { credentials }));
    const other = await kept(
      startMember('n2', [nats.url], { credentials: await fileOf('n2', reader.getSeed()) }),
    );
    const thief = await kept(startMember('n3', [nats.url], { credentials }));
    const nobody = await kept(startMember('n4', [nats.url]));
    first.append(20);
    thief.append(20);
    await untilAlike([first, other]);
    await until(() => thief.said.some((line) => line.includes('ermission')), { what: 'the refusal' });
    await until(() => nobody.said.some((line) => /authorization/i.test(line)), { what: 'the other refusal' });
    expect(lacking([first, other])).toEqual([]);
    expect(idsOf(first.log, 'n3')).toEqual([]);
  });
});
