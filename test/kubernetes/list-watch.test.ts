import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createEventRecorder,
  loadAccess,
  openCluster,
  type ResourceWatch,
  SERVICES,
  standForElection,
  watchResource,
} from '@vipcast/kubernetes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { run } from '../interop/process.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { kubeconfig } from './kubeconfig.ts';
import { endpointSlices, service, serviceAccount } from './objects.ts';
import { type Relay, startRelay } from './relay.ts';

/** What a consumer of a watch knows and was told. */
interface Watched {
  readonly copy: Map<string, string>;
  readonly causes: string[];
  readonly states: string[];
  /** Keys that were told to be gone. */
  readonly deleted: string[];
  readonly watch: ResourceWatch;
}

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('a watch of a real API server', () => {
  let cluster: Cluster;
  let relay: Relay;
  const opened: { stop: () => void }[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
    relay = await startRelay(cluster.port);
  });

  afterEach(() => {
    for (const one of opened.splice(0)) one.stop();
  });

  afterAll(async () => {
    await relay[Symbol.asyncDispose]();
    await cluster.stop();
  });

  const connect = async (file = cluster.kubeconfig) => {
    const answer = await loadAccess({ kubeconfig: file });
    if (!answer.ok) throw new Error(answer.problem.message);
    const client = openCluster(answer.access, { version: 'test' });
    opened.push({ stop: client.close });
    return client;
  };

  /** Watches the LoadBalancers in `default`: what addresses each has. */
  const start = async (file?: string): Promise<Watched> => {
    const copy = new Map<string, string>();
    const [causes, states, deleted]: string[][] = [[], [], []];
    const watch = watchResource(
      {
        cluster: await connect(file),
        resource: SERVICES,
        namespace: 'default',
        project: ({ spec, status }) =>
          (spec as { type: string }).type === 'LoadBalancer' ? JSON.stringify(status) : null,
      },
      {
        onChange: (batch) => {
          causes?.push(batch.cause);
          deleted?.push(...batch.deleted);
          for (const key of batch.deleted) copy.delete(key);
          for (const { key, value } of batch.set) copy.set(key, value);
        },
        onState: ({ state }) => states?.push(state),
      },
    );
    opened.unshift(watch);
    await watch.synced;
    const watched = { copy, causes: causes ?? [], states: states ?? [], deleted: deleted ?? [], watch };
    await until(() => watched.states.at(-1) === 'live', { what: 'an open watch' });
    return watched;
  };

  const throughRelay = async (): Promise<string> => {
    const file = join(cluster.folder, 'relay.kubeconfig');
    const text = await readFile(cluster.kubeconfig, 'utf8');
    await writeFile(file, text.replace(`:${cluster.port}"`, `:${relay.port}"`));
    relay.restore();
    return file;
  };
  const lb = (name: string, ...addresses: string[]) => service({ name, addresses, families: ['IPv4'] });
  const hears = (watched: Watched, what: string, condition: (copy: Map<string, string>) => boolean) =>
    until(() => condition(watched.copy), {
      what,
      timeout: 60_000,
      explain: () => watched.states.join(', '),
    });

  it('tells what there is and what happens, and of no Service that is no LoadBalancer', async () => {
    await cluster.apply(lb('first', '192.0.2.1'));
    const watched = await start();
    expect([...watched.copy.keys()]).toEqual(['default/first']);
    await cluster.apply(lb('second', '192.0.2.2'));
    await hears(watched, 'second', (copy) => copy.get('default/second')?.includes('192.0.2.2') === true);
    await cluster.apply(service({ name: 'second', spec: { type: 'ClusterIP' }, families: ['IPv4'] }));
    await cluster.remove(lb('first'));
    await hears(watched, 'nothing', (copy) => copy.size === 0);
    expect(new Set(watched.causes)).toEqual(new Set(['list', 'watch']));
  });

  it('goes on after the connection was cut, with what happened meanwhile', async () => {
    await cluster.apply(lb('goes', '192.0.2.3'), lb('stays', '192.0.2.4'));
    const watched = await start(await throughRelay());
    relay.cut();
    await until(() => watched.states.at(-1) === 'stale', { what: 'a stale state' });
    await cluster.remove(lb('goes'));
    await cluster.apply(lb('comes', '192.0.2.5'));
    expect(watched.copy.has('default/goes')).toBe(true);
    relay.restore();
    await hears(watched, 'both', (copy) => !copy.has('default/goes') && copy.has('default/comes'));
    expect(watched.deleted).toEqual(['default/goes']);
    // The server still knew what happened: no list was needed.
    expect(watched.causes).not.toContain('relist');
    await cluster.remove(lb('stays'), lb('comes'));
  });

  it('keeps all while the server is dead, and then notices a deletion that nobody can tell of any more', async () => {
    await cluster.apply(lb('kept', '192.0.2.6'), lb('lost', '192.0.2.7'), lb('reborn', '192.0.2.8'));
    const watched = await start(await throughRelay());
    relay.cut();
    await cluster.remove(lb('lost'), lb('reborn'));
    await cluster.apply(lb('reborn', '192.0.2.8'));
    await cluster.kill();
    await cluster.compact();
    relay.restore();
    await until(() => watched.states.at(-1) === 'stale', { what: 'a stale state' });
    expect(watched.copy.size).toBe(3);
    await cluster.start();
    await hears(watched, 'the deletion', (copy) => !copy.has('default/lost'));
    expect(watched.deleted.toSorted()).toEqual(['default/lost', 'default/reborn']);
    expect([...watched.copy.keys()].toSorted()).toEqual(['default/kept', 'default/reborn']);
    expect(watched.causes).toContain('relist');
    await cluster.remove(lb('kept'), lb('reborn'));
  });

  it('goes on when the server is killed and started, without telling anything twice', async () => {
    await cluster.apply(lb('calm', '192.0.2.9'));
    const watched = await start();
    await cluster.kill();
    await until(() => watched.states.at(-1) === 'stale', { what: 'a stale state' });
    await cluster.start();
    await until(() => watched.states.at(-1) === 'live', { what: 'an open watch', timeout: 60_000 });
    await cluster.apply(lb('after', '192.0.2.10'));
    await hears(watched, 'after', (copy) => copy.get('default/after')?.includes('192.0.2.10') === true);
    expect(watched.deleted).toEqual([]);
    expect(watched.causes.filter((cause) => cause === 'relist')).toEqual([]);
    await cluster.remove(lb('calm'), lb('after'));
  });

  it('stands ten seconds of a frozen server', async () => {
    await cluster.apply(lb('frozen', '192.0.2.11'));
    const watched = await start();
    const thawed = new Promise<void>((resolve) => {
      cluster.freeze();
      setTimeout(() => {
        cluster.thaw();
        resolve();
      }, 10_000);
    });
    await thawed;
    await cluster.apply(lb('thawed', '192.0.2.12'));
    await hears(watched, 'thawed', (copy) => copy.has('default/thawed'));
    expect(watched.deleted).toEqual([]);
    await cluster.remove(lb('frozen'), lb('thawed'));
  });

  it('goes on with a new token when the old one is refused', async () => {
    const account = { name: 'watcher', namespace: 'default' };
    await cluster.apply(serviceAccount(account));
    const binding = ['create', 'clusterrolebinding', 'watcher', '--clusterrole=system:node-proxier'];
    await cluster.kubectl([...binding, '--serviceaccount=default:watcher']);
    const token = join(cluster.folder, 'token');
    await writeFile(token, await cluster.userToken(account));
    const config = JSON.parse(
      kubeconfig(`https://127.0.0.1:${relay.port}`, cluster.authority, { token: '' }),
    );
    config.users[0].user = { tokenFile: 'token' };
    const file = join(cluster.folder, 'token.kubeconfig');
    await writeFile(file, JSON.stringify(config));
    relay.restore();
    const watched = await start(file);
    await writeFile(token, 'no.such.token');
    relay.cut();
    // Both a new pod's token and the deletion of the old account look like this.
    await cluster.remove(serviceAccount(account));
    await cluster.apply(serviceAccount(account));
    relay.restore();
    await until(() => watched.states.at(-1) === 'stale', { what: 'a stale state' });
    await writeFile(token, await cluster.userToken(account));
    await cluster.apply(lb('token', '192.0.2.13'));
    await hears(watched, 'token', (copy) => copy.has('default/token'));
    await cluster.remove(lb('token'));
  });

  it('elects one leader, and another when that one is gone', async () => {
    const times = { leaseMs: 2000, renewMs: 1500, retryMs: 100 };
    const stand = async (identity: string, client: Awaited<ReturnType<typeof connect>>) =>
      standForElection(
        { cluster: client, namespace: 'default', name: 'vipcast', identity, times },
        { onStarted: () => undefined, onStopped: () => undefined },
      );
    const client = await connect();
    const one = await stand('one', client);
    await until(() => one.isLeader(), { what: 'a leader' });
    const two = await stand('two', await connect());
    // It can speak no more, as if its node were gone.
    client.close();
    await until(() => two.isLeader(), { what: 'another leader' });
    expect(one.isLeader()).toBe(false);
    await Promise.all([one.stop(), two.stop()]);
    const holder = ['get', 'lease', 'vipcast', '-o', 'jsonpath={.spec.holderIdentity}'];
    expect(await cluster.kubectl(holder)).toBe('');
  });

  it('writes Events that kubectl describe shows', async () => {
    await cluster.apply(lb('told', '192.0.2.14'));
    const uid = await cluster.kubectl(['get', 'service', 'told', '-o', 'jsonpath={.metadata.uid}']);
    const recorder = createEventRecorder({
      cluster: await connect(),
      reporter: { component: 'vipcast', host: 'n7' },
    });
    opened.unshift(recorder);
    const object = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'told', uid };
    for (let i = 0; i < 3; i++)
      recorder.record({ object, type: 'Warning', reason: 'Withheld', message: 'no endpoint is ready' });
    await until(
      async () =>
        /Warning\s+Withheld\s+.*\(x3 over .*vipcast.*no endpoint is ready/.test(
          await cluster.kubectl(['describe', 'service', 'told']),
        ),
      { what: 'an Event', explain: () => cluster.kubectl(['get', 'events']) },
    );
    await cluster.remove(lb('told'));
  });

  it('keeps 2,000 objects in little memory', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => `many-${i}`);
    const slices = names.flatMap((name) =>
      endpointSlices({ name }, [{ node: 'n1', addresses: ['10.0.0.1'] }], ['IPv4']),
    );
    const list = { apiVersion: 'v1', kind: 'List', items: slices };
    await cluster.kubectl(['create', '-f', '-'], JSON.stringify(list));
    const program = join(import.meta.dirname, 'watching-process.ts');
    const said = await run(null, [process.execPath, '--expose-gc', program, cluster.kubeconfig]);
    const { objects, loaded, synced } = JSON.parse(said) as Record<string, number>;
    expect(objects).toBeGreaterThanOrEqual(2000);
    expect((synced ?? 0) - (loaded ?? 0)).toBeLessThan(60 * 1024);
  });
});
