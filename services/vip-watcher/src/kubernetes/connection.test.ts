import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, systemClock } from '@vipcast/kubernetes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connection, connect } from './connection.ts';

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 10_000, interval: 10 });

let folder: string;
let connection: Connection;
const opened: Cluster[] = [];
const troubles: string[] = [];
let inDoubt = false;

/** Waits are as short as can be. */
const clock = { ...systemClock, after: (_: number, run: () => void) => systemClock.after(1, run) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipcast-connection-'));
  inDoubt = false;
  for (const list of [opened, troubles]) list.splice(0);
  connection = connect({
    kubeconfig: join(folder, 'kubeconfig'),
    version: 'test',
    clock,
    onOpen: (cluster) => opened.push(cluster),
    onTrouble: (because) => troubles.push(because),
    inDoubt: () => inDoubt,
  });
});
afterEach(() => {
  connection.stop();
  rmSync(folder, { recursive: true });
});

const write = (port: number): void =>
  writeFileSync(
    join(folder, 'kubeconfig'),
    JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'a', user: {} }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }),
  );

it('waits for a kubeconfig, and says once for each reason what is wrong', async () => {
  await eventually(() => troubles).toHaveLength(1);
  expect(troubles[0]).toContain('no such file');
  writeFileSync(join(folder, 'kubeconfig'), '{}');
  await eventually(() => troubles).toHaveLength(2);
  expect(troubles[1]).toContain('current-context');
  write(1001);
  await eventually(() => opened.map(({ server }) => server)).toEqual(['http://127.0.0.1:1001']);
  expect(troubles).toHaveLength(2);
});

it('follows a kubeconfig that is replaced, once the server is not heard', async () => {
  write(1001);
  await eventually(() => opened).toHaveLength(1);
  write(1002);
  inDoubt = true;
  await expect
    .poll(() => opened.map(({ server }) => server))
    .toEqual(['http://127.0.0.1:1001', 'http://127.0.0.1:1002']);
  const answer = await opened[0]?.request({ method: 'GET', path: '/' });
  expect(answer).toMatchObject({ ok: false, error: { reason: 'Closed' } });
});
