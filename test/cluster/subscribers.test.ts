import { type Client, connect as connectClient, type Fact } from '@vipcast/client';
import { connect, headers } from 'nats';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { idsOf, kinds, listen, newHeard, untilHeard } from './hearing.ts';
import { type Member, startMember } from './members.ts';
import { type NatsServer, type Release, startNats, startNatsCluster } from './nats.ts';

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};

const subscribe = async ({ url }: NatsServer): Promise<Client> => {
  const client = await connectClient({ servers: url, cluster: 'test', name: 'tester' });
  cleanups.push({ [Symbol.asyncDispose]: () => client.close() });
  return client;
};

const membersOf = ({ url }: NatsServer): Promise<Member[]> =>
  Promise.all(['n1', 'n2'].map((name) => kept(startMember(name, [url]))));

const releases: readonly Release[] = ['2.14', '2.9'];

describe.each(releases)('a subscriber on nats-server %s', (release) => {
  const skipped = !have(`nats-server ${release}`);

  it.skipIf(skipped)(
    'hears every fact once and in order, however often the server dies',
    { timeout: 90_000 },
    async () => {
      const nats = await kept(startNats(release));
      const members = await membersOf(nats);
      const { heard, following } = listen(await subscribe(nats));
      for (let round = 0; round < 4; round++) {
        for (const member of members) member.append(400);
        await nats.restart();
      }
      for (const member of members) member.append(10);
      await untilHeard(heard, members, 40_000);
      await following.caughtUp;
      expect(kinds(heard)).toContain('interrupted');
      expect(kinds(heard)).not.toContain('stream-replaced');
      expect(following.bookmark()?.sequence).toBe(heard.facts.at(-1)?.position);
    },
  );

  it.skipIf(skipped)('is told that the stream was made again, and hears nothing twice', async () => {
    const nats = await kept(startNats(release));
    const members = await membersOf(nats);
    const { heard } = listen(await subscribe(nats));
    for (const member of members) member.append(300);
    await untilHeard(heard, members);
    await administer(nats, (jsm) => jsm.streams.delete('vipcast-test'));
    for (const member of members) member.append(10);
    await untilHeard(heard, members, 30_000);
    expect(kinds(heard)).toContain('stream-replaced');
  });

  it.skipIf(skipped)('notices that its consumer is gone', async () => {
    const nats = await kept(startNats(release));
    const members = await membersOf(nats);
    const { heard, following } = listen(await subscribe(nats));
    for (const member of members) member.append(10);
    await following.caughtUp;
    await administer(nats, async (jsm) => {
      for await (const { name } of jsm.consumers.list('vipcast-test'))
        await jsm.consumers.delete('vipcast-test', name);
    });
    for (const member of members) member.append(10);
    await untilHeard(heard, members);
    expect(kinds(heard)).toContain('interrupted');
  });

  it.skipIf(skipped)('begins where it is told to', async () => {
    const nats = await kept(startNats(release));
    const [member] = [await kept(startMember('n1', [nats.url]))];
    const client = await subscribe(nats);
    member.append(50);
    const first = listen(client);
    await untilHeard(first.heard, [member]);
    const at = first.following.bookmark();
    first.following.stop();
    await first.following.ended;
    const middle = first.heard.facts[29]!;

    const now = listen(client, { after: 'now' });
    await now.following.caughtUp;
    const since = new Date();
    member.append(20);
    const rest = (from: number): readonly string[] => member.wrote.slice(from);
    for (const [options, from] of [
      [{ after: at! }, 50],
      [{ after: middle.position }, 30],
      [{ after: since }, 50],
      [{ after: 'start', subjects: ['vipcast.test.n1.vip.>'] }, 0],
    ] as const) {
      const { heard, following } = listen(client, options);
      await until(() => expect(idsOf(heard, 'n1')).toEqual(rest(from)) ?? true, {
        what: `facts after ${JSON.stringify(options)}`,
      });
      following.stop();
    }
    await until(() => expect(idsOf(now.heard, 'n1')).toEqual(rest(50)) ?? true, {
      what: 'facts from then on',
    });
    expect(first.heard.facts).toHaveLength(50);

    const iterated: Fact[] = [];
    for await (const fact of client.facts({ after: middle.position, aggregates: ['vip'] })) {
      iterated.push(fact);
      if (iterated.length === 40) break;
    }
    expect(iterated.map(({ id }) => id)).toEqual(rest(30));
  });

  it.skipIf(skipped)('comes back to a bookmark of a stream that is gone', async () => {
    const nats = await kept(startNats(release));
    const member = await kept(startMember('n1', [nats.url]));
    const client = await subscribe(nats);
    member.append(20);
    const first = listen(client);
    await untilHeard(first.heard, [member]);
    const bookmark = first.following.bookmark()!;
    first.following.stop();
    await administer(nats, (jsm) => jsm.streams.delete('vipcast-test'));
    member.append(20);
    const { heard } = listen(client, { after: bookmark });
    await untilHeard(heard, [member]);
    expect(kinds(heard)).toContain('stream-replaced');
  });

  it.skipIf(skipped)(
    'that is slow makes the server wait, and misses nothing',
    { timeout: 90_000 },
    async () => {
      const nats = await kept(startNats(release));
      const member = await kept(startMember('n1', [nats.url]));
      member.append(20_000);
      await until(() => member.replication.status().toShip === 0, {
        what: 'the facts in the stream',
        timeout: 30_000,
      });
      const client = await subscribe(nats);
      const heard = newHeard();
      const following = client.follow(
        { after: 'start', onNotice: (notice) => heard.notices.push(notice) },
        async (fact) => {
          heard.facts.push(fact);
          if (heard.facts.length % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 300));
        },
      );
      await following.caughtUp;
      expect(idsOf(heard, 'n1')).toEqual(member.wrote);
      expect(kinds(heard)).toEqual(['resumed']);
    },
  );
});

describe.skipIf(!have('nats-server 2.14'))('a subscriber', () => {
  it('is handed what it does not know, and told what is no fact', async () => {
    const nats = await kept(startNats('2.14'));
    const member = await kept(startMember('n1', [nats.url]));
    member.append(1);
    const { heard } = listen(await subscribe(nats));
    await untilHeard(heard, [member]);
    const nc = await connect({ servers: nats.url });
    const send = (type: string, n: number, body: Uint8Array, hash = '0'.repeat(32)): void => {
      const head = headers();
      const subject = 'vipcast.test.n9.vip.web';
      const fields = { specversion: '1.0', id: `x${n}`, type, subject, time: '2026-11-23T09:00:00.000Z' };
      const extensions = {
        v: '1',
        writer: 'n9/vip-watcher',
        epoch: '1',
        n: `${n}`,
        causationid: '',
        correlationid: 'x',
        hash,
      };
      for (const [name, value] of Object.entries({ ...fields, ...extensions })) head.set(`ce-${name}`, value);
      nc.publish(subject, body, { headers: head });
    };
    send('vip.Exploded', 1, Uint8Array.of(0x81, 0xa1, 0x61, 0x01));
    send('vip.Advertised', 2, Uint8Array.of(0x81, 0xa6));
    send('vip.Advertised', 3, Uint8Array.of(0x80), 'none');
    send('vip.Exploded', 4, Uint8Array.of(0x80));
    await nc.flush();
    await nc.close();
    await until(() => heard.facts.length >= 3 && heard.notices.some(({ kind }) => kind === 'malformed'), {
      what: 'all of it',
    });
    expect(heard.facts.slice(1, 3)).toMatchObject([
      { type: 'vip.Exploded', unknown: 'type', data: { a: 1 } },
      { type: 'vip.Advertised', unknown: 'data', data: undefined },
    ]);
    expect(heard.notices).toContainEqual({ kind: 'malformed', position: 4, because: 'it has no hash' });
  });

  it('whose handler throws hears no more, and of nobody else', async () => {
    const nats = await kept(startNats('2.14'));
    const member = await kept(startMember('n1', [nats.url]));
    const client = await subscribe(nats);
    const { heard } = listen(client);
    let calls = 0;
    const following = client.follow({ after: 'start' }, () => {
      calls += 1;
      if (calls === 3) throw new Error('enough');
    });
    member.append(10);
    await expect(following.ended).rejects.toThrow('enough');
    member.append(10);
    await untilHeard(heard, [member]);
    expect(calls).toBe(3);
  });

  it('of a cluster of three hears everything, whoever leads and dies', { timeout: 120_000 }, async () => {
    const servers = await startNatsCluster('2.14');
    cleanups.push(...servers);
    const urls = servers.map(({ url }) => url);
    const member = await kept(startMember('n1', urls, { replicas: 3 }));
    const client = await connectClient({ servers: urls, cluster: 'test', name: 'tester' });
    cleanups.push({ [Symbol.asyncDispose]: () => client.close() });
    const { heard, following } = listen(client);
    await following.caughtUp;
    for (let round = 0; round < 2; round++) {
      const { cluster } = await administer({ url: urls.join(',') }, (jsm) =>
        jsm.streams.info('vipcast-test'),
      );
      member.append(500);
      const leader = servers.find(({ name }) => name === cluster?.leader);
      await leader?.kill();
      member.append(100);
      await untilHeard(heard, [member], 40_000);
      await leader?.restart();
    }
  });
});
