import { readFile } from 'node:fs/promises';
import { verify } from '@vipcast/log';
import { errors, headers, type NatsConnection, nkeys } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { deafTo, forbiddenTo } from './forbidden.ts';
import { idsOf, type Member, startMember, untilAlike } from './members.ts';
import { type Secured, startSecured, streamsOf } from './secured.ts';

const publicKeyIn = async (file: string): Promise<string> =>
  nkeys.fromSeed(Buffer.from((await readFile(file, 'utf8')).trim())).getPublicKey();

/** The refusal that a request meets; `undefined` when somebody answers it, or nobody does. */
const refusalOf = async (
  nc: NatsConnection,
  subject: string,
  body: object | string = '',
): Promise<string> => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return `answered: ${(await nc.request(subject, payload, { timeout: 2000 })).string()}`;
  } catch (error) {
    const reason = error instanceof errors.RequestError ? error.cause : error;
    return reason instanceof errors.PermissionViolationError ? reason.operation : String(error);
  }
};

const listenTo = (nc: NatsConnection, subject: string): Promise<string> =>
  new Promise((resolve) => {
    nc.subscribe(subject, {
      callback: (error) =>
        resolve(error instanceof errors.PermissionViolationError ? error.operation : String(error)),
    });
    nc.flush().then(() => setTimeout(resolve, 500, 'heard'));
  });

const opened = async <T>(
  nc: Promise<NatsConnection>,
  use: (nc: NatsConnection) => Promise<T>,
): Promise<T> => {
  const open = await nc;
  try {
    return await use(open);
  } finally {
    await open.close();
  }
};

describe.skipIf(!have('nats-server 2.14'))('the servers that deploy/nats sets up', () => {
  let secured: Secured;
  let members: readonly Member[];
  let before: unknown;

  beforeAll(async () => {
    secured = await startSecured('n1', 'n2');
    const { urls, ca, keyOf } = secured;
    const start = (name: string) => startMember(name, urls, { replicas: 3, ca, credentials: keyOf(name) });
    members = await Promise.all(['n1', 'n2'].map(start));
    for (const member of members) member.append(50);
    await untilAlike(members, 30_000);
    before = await opened(secured.connect('admin'), streamsOf);
  });
  afterAll(async () => {
    for (const member of members ?? []) await member[Symbol.asyncDispose]();
    await secured?.[Symbol.asyncDispose]();
  });

  /** The log after whatever was done to it: whole, the same stream, and still growing. */
  const expectIntact = async (): Promise<void> => {
    expect(await opened(secured.connect('admin'), streamsOf)).toEqual(before);
    for (const member of members) member.append(5);
    await untilAlike(members, 20_000);
    for (const { log, replication } of members) {
      expect([...verify(log)]).toEqual([]);
      expect(replication.status()).toMatchObject({ connected: true, problem: '' });
    }
  };

  /** The name of a node's consumer, which no node can ask for. */
  const victimOf = (): Promise<string> =>
    opened(secured.connect('admin'), async (nc) => {
      const answer = await nc.request('$JS.API.CONSUMER.NAMES.vipcast-test', '{}');
      return answer.json<{ consumers: string[] }>().consumers[0] ?? '';
    });

  it('let nodes read and write with keys that cannot make a stream', () => {
    for (const { replication } of members)
      expect(replication.status().level).toBe('2.14: all that is asked for');
  });

  it('refuse a node everything that is not its own', async () => {
    const other = await publicKeyIn(secured.keyOf('n2'));
    const victim = await victimOf();
    expect(victim).not.toBe('');
    await opened(secured.connect('n1'), async (nc) => {
      const attempts = forbiddenTo(other, victim);
      expect(attempts.length).toBeGreaterThan(50);
      for (const { what, subject, body } of attempts)
        expect([what, await refusalOf(nc, subject, body)]).toEqual([what, 'publish']);
      for (const subject of deafTo(other))
        expect([subject, await listenTo(nc, subject)]).toEqual([subject, 'subscription']);
    });
    await expectIntact();
  });

  it('let no consumer speak where its owner may not', async () => {
    const config = { ack_policy: 'none', deliver_policy: 'all', max_deliver: 1, mem_storage: true };
    const create = async (nc: NatsConnection, more: object): Promise<string> => {
      const body = JSON.stringify({ stream_name: 'vipcast-test', config: { ...config, ...more } });
      const answer = await nc.request('$JS.API.CONSUMER.CREATE.vipcast-test', body);
      return answer.json<{ error?: { description: string } }>().error?.description ?? 'made';
    };
    await opened(secured.connect('n1'), async (nc) => {
      expect(await create(nc, { durable_name: 'evil' })).not.toBe('made');
      for (const deliver_subject of ['vipcast.test.n2.vip.web', 'vipcast.test.>'])
        expect(await create(nc, { deliver_subject })).toMatch(/forms a cycle|has wildcards/);
      // Made, and without effect: what is delivered keeps the subject that it was published on.
      const leases = 'vipcast-lease.test.n3';
      for (const deliver_subject of [
        leases,
        '$JS.API.STREAM.PURGE.vipcast-test',
        '$JS.API.META.LEADER.STEPDOWN',
      ])
        await create(nc, { deliver_subject });
      await opened(secured.connect('n2'), async (victim) => {
        const heard: string[] = [];
        // The server delivers to nobody who listens to a pattern alone; to a name it does.
        for (const subject of ['vipcast-wish.test.n2.*', 'vipcast-wish.test.n2.alice'])
          victim.subscribe(subject, { callback: (_, message) => void heard.push(message.subject) });
        await victim.flush();
        expect(await create(nc, { deliver_subject: 'vipcast-wish.test.n2.alice' })).toBe('made');
        await until(() => heard.length > 0, { what: 'a forged wish' });
        expect(heard.filter((subject) => !subject.startsWith('vipcast.test.'))).toEqual([]);
      });
    });
    await opened(secured.connect('reader'), (nc) =>
      until(
        async () => {
          const answer = await nc.request(
            '$JS.API.STREAM.INFO.vipcast-lease-test',
            '{"subjects_filter":">"}',
          );
          const { state } = answer.json<{ state: { subjects?: object } }>();
          return (
            Object.keys(state.subjects ?? {})
              .toSorted()
              .join() === 'vipcast-lease.test.n1,vipcast-lease.test.n2'
          );
        },
        { what: 'the leases of n1 and n2 alone' },
      ),
    );
    await expectIntact();
  });

  it.each([
    ['rolls up what was there', { 'Nats-Rollup': 'all' }],
    ['ends by itself', { 'Nats-TTL': '1s' }],
    ['is one of another stream', { 'Nats-Expected-Stream': 'other' }],
  ])('store no message of a node that %s', async (_, extra) => {
    await opened(secured.connect('n1'), async (nc) => {
      const list = headers();
      for (const [name, value] of Object.entries(extra)) list.set(name, value);
      const answer = await nc.request('vipcast.test.n1.vip.web', '', { headers: list, timeout: 2000 });
      expect(answer.json()).toHaveProperty('error');
    });
    await expectIntact();
  });

  it.each(['reader', 'alice'])('let %s follow, and state nothing', async (name) => {
    await opened(secured.connect(name), async (nc) => {
      const heard: string[] = [];
      nc.subscribe('vipcast.test.>', { callback: (_, { subject }) => void heard.push(subject) });
      await nc.flush();
      members[0]?.append(1);
      await until(() => heard.length > 0, { what: 'a fact' });
      for (const subject of [
        'vipcast.test.n1.vip.web',
        'vipcast-lease.test.n1',
        'vipcast-wish.test.n1.bob',
        'vipcast-wish.other.n1.alice',
        ...(name === 'alice' ? [] : [`vipcast-wish.test.n1.${name}`]),
        '$JS.API.STREAM.PURGE.vipcast-test',
      ])
        expect([subject, await refusalOf(nc, subject)]).toEqual([subject, 'publish']);
    });
  });

  it('let an operator ask a node in her own name, and the node answer', async () => {
    await opened(secured.connect('n1'), async (node) => {
      node.subscribe('vipcast-wish.test.n1.*', { callback: (_, wish) => void wish.respond(wish.subject) });
      await node.flush();
      await opened(secured.connect('alice'), async (nc) => {
        const { data } = await nc.request('vipcast-wish.test.n1.alice', '{}');
        expect(Buffer.from(data).toString()).toBe('vipcast-wish.test.n1.alice');
      });
    });
  });

  it('let an administrator state nothing either', async () => {
    await opened(secured.connect('admin'), async (nc) => {
      for (const subject of [
        'vipcast.test.n1.vip.web',
        'vipcast-lease.test.n1',
        'vipcast-wish.test.n1.alice',
        'vipcast-wish.test.n1.admin',
      ])
        expect([subject, await refusalOf(nc, subject)]).toEqual([subject, 'publish']);
      const purge = JSON.stringify({ seq: 1 });
      expect(await refusalOf(nc, '$JS.API.STREAM.MSG.DELETE.vipcast-test', purge)).toMatch(/delete/);
    });
  });

  it('open nothing but what is in use', async () => {
    await opened(secured.connect('system'), async (nc) => {
      const answer = await nc.request('$SYS.REQ.SERVER.PING.VARZ', '', { timeout: 3000 });
      const { data } = answer.json<{ data: Record<string, unknown> }>();
      expect(data).toMatchObject({ mqtt: {}, websocket: {}, leaf: {}, gateway: {}, auth_required: true });
      for (const name of ['mqtt', 'websocket', 'leaf', 'gateway'])
        expect(data[name]).not.toHaveProperty('port');
      expect(data).toMatchObject({
        tls_required: true,
        jetstream: { config: { sync_interval: expect.anything() } },
      });
    });
  });

  it('bring every fact of one that is taken over by an impostor to nobody', async () => {
    const { urls, ca, keyOf } = secured;
    const thief = await startMember('n3', urls, { replicas: 3, ca, credentials: keyOf('n1') });
    try {
      thief.append(5);
      await until(() => thief.said.some((line) => line.includes('Permissions Violation')), {
        what: 'the refusal',
      });
      for (const { log } of members) expect(idsOf(log, 'n3')).toEqual([]);
    } finally {
      await thief[Symbol.asyncDispose]();
    }
    await expectIntact();
  });
});
