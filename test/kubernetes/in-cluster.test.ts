import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import type { Running } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { have } from '../setup/packages.ts';
import { administration } from './administration.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { makeAuthority, makeIdentity } from './certificates.ts';
import { conversation } from './conversation.ts';
import { node, serviceAccount } from './objects.ts';
import { startInPod, writePodAccount } from './pod-account.ts';
import { type Relay, startRelay } from './relay.ts';
import { pod, STACKS, served } from './serving.ts';

const ACCOUNT = { name: 'vipcast', namespace: 'vipcast' };
const BASE = join(import.meta.dirname, '../../deploy/manifests/base');
const missing = !have('namespaces', 'openssl', 'etcd', 'kube-apiserver', 'kubectl');

describe.skipIf(missing)('in a Pod', () => {
  let cluster: Cluster;
  let relay: Relay;
  let router: Receiver;
  let vipcast: Running | undefined;
  let folder: string;
  let revision = 0;

  beforeAll(async () => {
    cluster = await startCluster();
    relay = await startRelay(cluster.port);
    router = await startReceiver({
      ...{ localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 },
    });
    await cluster.kubectl(['apply', '-k', BASE]);
    await cluster.apply(node({ name: 'n1', addresses: ['10.0.0.7'] }));
    folder = join(cluster.folder, 'account');
    await mkdir(folder);
  });
  afterAll(async () => {
    vipcast?.signal('SIGKILL');
    await vipcast?.exited;
    await router?.[Symbol.asyncDispose]();
    await relay?.[Symbol.asyncDispose]();
    await cluster?.stop();
  });

  const logs = (): string => (vipcast === undefined ? '' : vipcast.stdout() + vipcast.stderr());
  const account = (token: string, authority: string) =>
    writePodAccount(folder, ++revision, { token, 'ca.crt': authority, namespace: ACCOUNT.namespace });
  const sees = (what: string, condition: () => unknown) =>
    until(condition, { what, timeout: 60_000, explain: () => logs() });
  const prefixes = (number: number) =>
    STACKS.flatMap(({ addresses }) => addresses(number)).map(
      (address) => `${address}/${address.includes(':') ? 128 : 32}`,
    );
  const objects = (number: number) =>
    STACKS.flatMap(({ stack, addresses }) =>
      served({ name: `${stack}-${number}`, addresses: addresses(number) }, [pod('n1')]),
    );
  const hears = (...numbers: readonly number[]) =>
    sees(`routes of ${numbers}`, () => {
      expect(known(router.updates)).toEqual(['203.0.113.1/32', ...numbers.flatMap(prefixes)].toSorted());
      return true;
    });
  /** Waits for a reason why the API server is not heard, after all that was logged before. */
  const silentFor = async (because: RegExp, act: () => Promise<void> | void): Promise<void> => {
    const before = logs().length;
    await act();
    await sees(`silence for ${because}`, () => because.test(logs().slice(before)));
  };

  it('the account counts, whatever becomes of its authority and its token', {
    timeout: 240_000,
  }, async () => {
    const elsewhere = join(cluster.folder, 'foreign');
    await mkdir(elsewhere);
    const foreign = await makeAuthority(elsewhere);
    await cluster.apply(...objects(1));
    // The server shows a certificate that this authority never signed.
    await account(await cluster.userToken(ACCOUNT), foreign.certificate);
    const configFile = join(cluster.folder, 'vipcast.yaml');
    await writeFile(
      configFile,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
vips: [{ name: static, addresses: [203.0.113.1] }]
kubernetes: { enabled: true }
log: { journal: ${cluster.folder}/journal.db }
`,
    );
    await silentFor(/TLS with .* failed/, () => {
      vipcast = startInPod(configFile, folder, relay.port);
    });
    await hears();
    await account(await cluster.userToken(ACCOUNT), cluster.authority);
    await hears(1);

    // A token that expired, or whose account was deleted; what the server knew of it for ten seconds ends with it.
    await silentFor(/"because":"401 Unauthorized[^\n]*not heard/, async () => {
      await cluster.remove(serviceAccount(ACCOUNT));
      await cluster.apply(serviceAccount(ACCOUNT));
      await cluster.kill();
      await cluster.start();
    });
    await cluster.apply(...objects(2));
    await hears(1);
    await account(await cluster.userToken(ACCOUNT), cluster.authority);
    await hears(1, 2);

    // The cluster's authority is rotated: first the server has the new one, and then the Pod.
    const token = await cluster.userToken(ACCOUNT);
    const identity = await makeIdentity(elsewhere, foreign, '/CN=kube-apiserver');
    for (const kind of ['key', 'crt'])
      await copyFile(
        kind === 'key' ? identity.keyFile : identity.certificateFile,
        join(cluster.folder, `CN-kube-apiserver.${kind}`),
      );
    const ask = conversation(cluster.url, foreign.certificate, cluster.administrator);
    await sees('the new certificate', async () => (await ask('GET', '/readyz')).status === 200);
    await silentFor(/TLS with .* failed/, async () => {
      relay.cut();
      await administration(ask).apply(...objects(3));
      relay.restore();
    });
    await hears(1, 2);
    await account(token, foreign.certificate);
    await hears(1, 2, 3);
    expect(withdrawals(router.updates)).toEqual([]);
    expect(router.establishedCount()).toBe(1);
    expect(logs()).not.toContain(token);
  });
});
