import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answered, type Client, connect, type Fact } from '@vipcast/client';
import { nkeys } from 'nats';
import { afterEach, describe, expect, it } from 'vitest';
import { localPeer } from '../daemon/configuration.ts';
import { known } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startNats } from './nats.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};

interface Site {
  readonly receiver: Receiver;
  readonly vipcast: Vipcast;
}

const startSite = async (url: string, node = 'n1', more = ''): Promise<Site> => {
  const receiver = await kept(startReceiver(PEER));
  const yaml = `cluster: test
node: ${node}
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s, drainTime: 500ms }
peers:
  - ${localPeer('tor', receiver.port)}
vips:
  - { name: web, addresses: [192.0.2.10] }
log:
  nats: { servers: ['${url}'], replicas: 1${more} }
`;
  const vipcast = await kept(startVipcast(null, yaml));
  await until(() => known(receiver.updates).length === 1, {
    what: 'the route',
    timeout: 20_000,
    explain: vipcast.stderr,
  });
  return { receiver, vipcast };
};

const subscribe = async (access: Parameters<typeof connect>[0]): Promise<Client> => {
  const client = await connect(access);
  cleanups.push({ [Symbol.asyncDispose]: () => client.close() });
  return client;
};

const hear = (client: Client): readonly Fact[] => {
  const facts: Fact[] = [];
  client.follow({ after: 'start', aggregates: ['operator', 'node', 'vip'] }, (fact) => void facts.push(fact));
  return facts;
};

/** The rows as the command prints them, but for where its own log has them. */
const rowsOf = async (vipcast: Vipcast, view: string): Promise<unknown> => {
  const { stdout, stderr } = await vipcast.cli(view, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return comparable((JSON.parse(stdout) as { items: readonly object[] }).items);
};

const comparable = (rows: readonly object[]): unknown =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([key]) => key !== 'seq' && key !== 'position')
        .map(([key, value]) => [key, /^(since|changedAt)$/.test(key) ? new Date(value).getTime() : value]),
    ),
  );

describe.skipIf(!have('nats-server 2.14'))('a subscriber beside a daemon', () => {
  it('knows what the command knows, and what it knew', { timeout: 90_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const { vipcast } = await startSite(nats.url);
    const client = await subscribe({ servers: nats.url, cluster: 'test', name: 'billing' });
    const state = await client.state();
    const same = async (): Promise<void> => {
      for (const view of ['routes', 'vips'] as const)
        await until(
          async () => {
            expect(comparable(state[view]())).toEqual(await rowsOf(vipcast, view));
            return true;
          },
          { what: `${view} that are alike`, interval: 200 },
        );
    };
    await same();
    expect(state.routes()).toMatchObject([{ node: 'n1', peer: 'tor', prefix: '192.0.2.10/32' }]);
    const before = new Date();
    expect((await vipcast.cli('announce', '198.51.100.1')).code).toBe(0);
    await nats.restart();
    expect((await vipcast.cli('announce', '198.51.100.2')).code).toBe(0);
    await same();
    expect(state.routes()).toHaveLength(3);
    expect(state.why('198.51.100.1')).toMatchObject([{ announced: true, node: 'n1', peer: 'tor' }]);
    expect((await client.at(before)).routes().map(({ prefix }) => prefix)).toEqual(['192.0.2.10/32']);
    expect((await client.at(new Date())).routes()).toHaveLength(3);
    state.close();
  });

  it('wishes, and it happens, with who wished on record', { timeout: 90_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const { receiver, vipcast } = await startSite(nats.url);
    const client = await subscribe({ servers: nats.url, cluster: 'test', name: 'billing' });
    const facts = hear(client);
    const prefixes = (...expected: readonly string[]): Promise<unknown> =>
      until(() => expect(known(receiver.updates)).toEqual(expected) ?? true, {
        what: expected.join(', ') || 'no routes',
        explain: vipcast.stderr,
      });
    const fact = ({ fact: id }: { readonly fact?: string }): Promise<Fact> =>
      until(() => facts.find((each) => each.id === id), { what: `fact ${id}` });
    const accepted = async (answers: Promise<readonly Answered[]>): Promise<Fact> => {
      const [answer] = await answers;
      expect(answer).toMatchObject({ outcome: 'accepted', node: 'n1' });
      return fact(answer as { fact: string });
    };
    const n1 = { nodes: 'n1' };

    const announced = await accepted(client.announce(['198.51.100.1', '2001:db8::1'], { ...n1, id: 'w1' }));
    expect(announced).toMatchObject({
      type: 'operator.AnnounceRequested',
      writer: 'n1/subscribers',
      data: { by: 'billing', request: 'w1', addresses: ['198.51.100.1', '2001:db8::1'] },
    });
    await prefixes('192.0.2.10/32', '198.51.100.1/32', '2001:db8::1/128');
    await until(() => facts.filter(({ correlationId }) => correlationId === announced.id).length === 3, {
      what: 'what came of it',
    });
    const again = await client.announce(['198.51.100.1', '2001:db8::1'], { ...n1, id: 'w1' });
    expect(again).toEqual([{ outcome: 'accepted', node: 'n1', fact: announced.id }]);

    await accepted(client.withdraw(['198.51.100.1', '2001:db8::1'], n1));
    await prefixes('192.0.2.10/32');
    await accepted(client.drain({ ...n1, force: true }));
    await prefixes();
    await accepted(client.undrain(n1));
    await prefixes('192.0.2.10/32');
    const sessions = receiver.establishedCount();
    await accepted(client.reset('tor', n1));
    await until(() => receiver.establishedCount() === sessions + 1 && receiver.established(), {
      what: 'a new session',
      timeout: 20_000,
    });
    expect((await vipcast.cli('log', 'verify')).code).toBe(0);
  });

  it('is refused what is no good, with a reason in a fact', { timeout: 90_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const { receiver, vipcast } = await startSite(nats.url);
    const client = await subscribe({ servers: nats.url, cluster: 'test', name: 'billing' });
    const facts = hear(client);
    for (const address of ['192.0.2.0/24', '0.0.0.0/0', '192.0.2.256', '127.0.0.1', 'x'.repeat(1000)]) {
      const [answer] = await client.announce([address], { nodes: 'n1' });
      expect(answer).toMatchObject({ outcome: 'refused', node: 'n1' });
      const { fact: id, because } = answer as { fact: string; because: string };
      await until(() => facts.some((fact) => fact.id === id), { what: 'the refusal' });
      expect(facts.find((fact) => fact.id === id)).toMatchObject({
        type: 'operator.Refused',
        data: { by: 'billing', because },
      });
    }
    const [taken] = await client.announce(['192.0.2.10'], { nodes: 'n1' });
    const { fact: wish } = taken as { fact: string };
    await until(
      () =>
        facts.some(
          ({ type, data }) => type === 'operator.Refused' && (data as { request: string }).request === wish,
        ),
      { what: 'the word of the node' },
    );
    expect(known(receiver.updates)).toEqual(['192.0.2.10/32']);

    expect(await client.drain({ nodes: 'n1' })).toMatchObject([
      { outcome: 'refused', because: 'no other node announces web: nobody could reach it' },
    ]);
    expect(known(receiver.updates)).toEqual(['192.0.2.10/32']);
    const answers = await client.drain({ nodes: ['n7', 'n1'], timeout: 500, force: true });
    expect(answers).toMatchObject([
      { outcome: 'unanswered', node: 'n7', because: 'nobody takes wishes for node n7' },
      { outcome: 'accepted', node: 'n1' },
    ]);
    await vipcast.kill();
    expect(await client.undrain({ nodes: 'n1', timeout: 500 })).toMatchObject([{ outcome: 'unanswered' }]);
    await vipcast.restart();
    await until(async () => (await client.undrain({ nodes: 'n1', id: 'w9' }))[0]?.outcome === 'accepted', {
      what: 'the daemon',
    });
    await until(() => known(receiver.updates).length === 1, { what: 'the route again', timeout: 20_000 });
  });

  it('can be nobody but who its key says', { timeout: 90_000 }, async () => {
    const [node, billing] = [nkeys.createUser(), nkeys.createUser()];
    const reads = ['STREAM.INFO.*', 'STREAM.MSG.GET.*', 'CONSUMER.CREATE.>'].map((each) => `$JS.API.${each}`);
    const permissions = (publish: readonly string[], subscribe: readonly string[]): string =>
      `{ publish: ${JSON.stringify([...publish, ...reads, '$JS.FC.>'])}, subscribe: ${JSON.stringify(subscribe)}, allow_responses: true }`;
    const inbox = (key: typeof node): string => `_INBOX.${key.getPublicKey()}.>`;
    const nats = await kept(
      startNats(
        '2.14',
        `authorization { users: [
          { nkey: ${node.getPublicKey()}, permissions: ${permissions(['vipcast.test.n1.>', 'vipcast-lease.test.n1', '$JS.API.STREAM.CREATE.*'], [inbox(node), 'vipcast-wish.test.n1.*'])} }
          { nkey: ${billing.getPublicKey()}, permissions: ${permissions(['vipcast-wish.test.*.billing'], [inbox(billing)])} }
        ] }`,
      ),
    );
    const folder = await scratch('wish-keys');
    cleanups.push({ [Symbol.asyncDispose]: () => discard(folder) });
    const fileOf = async (name: string, key: typeof node): Promise<string> => {
      await writeFile(join(folder, name), `${Buffer.from(key.getSeed())}\n`, { mode: 0o600 });
      return join(folder, name);
    };
    const { receiver } = await startSite(nats.url, 'n1', `, credentials: ${await fileOf('n1', node)}`);
    const access = { servers: nats.url, cluster: 'test', credentials: await fileOf('billing', billing) };
    const honest = await subscribe({ ...access, name: 'billing' });
    const facts = hear(honest);
    expect(await honest.announce(['198.51.100.1'], { nodes: 'n1' })).toMatchObject([{ outcome: 'accepted' }]);
    await until(() => facts.some(({ data }) => (data as { by?: string }).by === 'billing'), {
      what: 'who asked',
    });
    const liar = await subscribe({ ...access, name: 'root' });
    expect(await liar.announce(['198.51.100.2'], { nodes: 'n1', timeout: 2000 })).toMatchObject([
      { outcome: 'unanswered', because: expect.stringContaining('does not let root ask') },
    ]);
    await until(() => known(receiver.updates).includes('198.51.100.1/32'), { what: 'the route' });
    expect(known(receiver.updates)).not.toContain('198.51.100.2/32');
    expect((await honest.state()).routes()).toHaveLength(2);
    await expect(subscribe({ servers: nats.url, cluster: 'test', name: 'billing' })).rejects.toThrow();
  });
});

describe.skipIf(!have('nats-server 2.14'))('vipcast drain', () => {
  it('takes a node out, twice, and the last one only by force', { timeout: 90_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const [first, second] = [await startSite(nats.url, 'n1'), await startSite(nats.url, 'n2')];
    for (const { vipcast } of [first, second])
      await until(async () => ((await rowsOf(vipcast, 'routes')) as readonly object[]).length === 2, {
        what: 'both nodes in both logs',
        interval: 200,
      });
    const drained = await first.vipcast.cli('drain');
    expect([drained.code, drained.stdout]).toEqual([
      0,
      expect.stringMatching(/^tor {2}192\.0\.2\.10\/32 withdrawn/),
    ]);
    expect(drained.stderr).toMatch(/n1: drain started: .*\nn1: drained: /);
    expect(known(first.receiver.updates)).toEqual([]);
    expect((await first.vipcast.cli('drain')).code).toBe(0);
    await until(async () => ((await rowsOf(second.vipcast, 'routes')) as readonly object[]).length === 1, {
      what: 'the drain at n2',
      interval: 200,
    });
    const last = await second.vipcast.cli('drain');
    expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('no other node announces web')]);
    expect(known(second.receiver.updates)).toEqual(['192.0.2.10/32']);
    expect((await second.vipcast.cli('drain', '--force')).code).toBe(0);
    expect(known(second.receiver.updates)).toEqual([]);
    await first.vipcast.restart();
    await until(async () => (await first.vipcast.cli('undrain')).code === 0, {
      what: 'the daemon',
      timeout: 20_000,
      interval: 300,
    });
    await until(() => known(first.receiver.updates).length === 1, {
      what: 'the route again',
      timeout: 20_000,
    });
    expect([second.receiver.established(), second.receiver.establishedCount()]).toEqual([true, 1]);
  });
});
