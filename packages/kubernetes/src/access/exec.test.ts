import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { execSource } from './exec.ts';
import type { ClusterInfo, ExecPlugin } from './exec-credential.ts';

const CANARY = 'canary-8d1f7c';
const V1 = 'client.authentication.k8s.io/v1';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipcast-exec-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const cluster: ClusterInfo = {
  server: 'https://h',
  serverName: undefined,
  verify: true,
  ca: 'PEM',
  config: { a: 1 },
};

const source = (
  script: string,
  plugin: Partial<ExecPlugin> = {},
  clock: Clock = systemClock,
  timeoutMs = 10_000,
) => {
  const whole: ExecPlugin = {
    command: '/bin/sh',
    args: ['-c', script],
    env: {},
    apiVersion: V1,
    installHint: '',
    provideClusterInfo: false,
    ...plugin,
  };
  return execSource(whole, { env: process.env, cluster: async () => cluster, clock, timeoutMs });
};

const credential = (status: object, apiVersion = V1): string =>
  JSON.stringify({ apiVersion, kind: 'ExecCredential', status });
const print = (text: string): string => `printf %s '${text}'`;

describe('a program', () => {
  it('hands out a token, once for many askers, until it expires or is doubted', async () => {
    let wall = 0;
    const clock = { ...systemClock, wall: () => wall };
    const runs = join(folder, 'runs');
    const expirationTimestamp = new Date(1000).toISOString();
    const program = source(
      `echo run >> ${runs}; ${print(credential({ token: 'abc', expirationTimestamp }))}`,
      {},
      clock,
    );
    const count = (): number => readFileSync(runs, 'utf8').trim().split('\n').length;
    const answers = await Promise.all([program.read(), program.read()]);
    expect(answers.map(({ token }) => token)).toEqual(['abc', 'abc']);
    wall = 999;
    await program.read();
    expect(count()).toBe(1);
    wall = 1000;
    await program.read();
    expect(count()).toBe(2);
    wall = 0;
    program.doubt();
    await program.read();
    await program.read();
    expect(count()).toBe(3);
  });

  it('is told of the cluster when it asks to be, and is given its environment', async () => {
    const seen = join(folder, 'seen');
    const script = `printf '%s' "$KUBERNETES_EXEC_INFO" > ${seen}; printf '%s' "$EXTRA" >> ${seen}; ${print(credential({ token: 'a' }))}`;
    const informed = source(script, { provideClusterInfo: true, env: { EXTRA: '!' } });
    expect((await informed.read()).trouble).toBe('');
    const [info = ''] = readFileSync(seen, 'utf8').split(/!$/);
    expect(JSON.parse(info)).toEqual({
      apiVersion: V1,
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: 'https://h', 'certificate-authority-data': 'UEVN', config: { a: 1 } },
      },
    });
    await source(script).read();
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toMatchObject({ spec: { interactive: false } });
    expect(readFileSync(seen, 'utf8')).not.toContain('cluster');
  });

  it.each<[string, string, Partial<ExecPlugin>, RegExp]>([
    [
      'is not there',
      '',
      { command: '/nowhere/x', installHint: 'install x' },
      /^\/nowhere\/x is not there: install x$/,
    ],
    ['fails', 'echo "no session" >&2; exit 3', {}, /failed with 3: no session$/],
    [
      'fails and says a token',
      `echo "bad ${CANARY}${'x'.repeat(30)}" >&2; exit 3`,
      {},
      /failed with 3: bad \[…\]$/,
    ],
    ['never ends', 'exec sleep 60', {}, /took longer than 0\.2 s/],
    ['prints too much', 'exec yes', {}, /more than 1 MiB/],
    ['prints nothing', 'true', {}, /did not print a JSON object/],
    ['prints a bare token', print(CANARY), {}, /did not print a JSON object/],
    ['prints something else', print('{"kind":"Status"}'), {}, /no ExecCredential/],
    [
      'speaks another version',
      print(credential({ token: CANARY }, `${V1}beta1`)),
      {},
      /apiVersion client\.authentication\.k8s\.io\/v1$/,
    ],
    ['prints no token', print(credential({})), {}, /neither a token nor a certificate/],
    ['prints half a pair', print(credential({ clientKeyData: CANARY })), {}, /only one of/],
    [
      'prints no PEM',
      print(credential({ clientKeyData: CANARY, clientCertificateData: CANARY })),
      {},
      /not PEM/,
    ],
    [
      'prints a token of two lines',
      print(credential({ token: `${CANARY}\n` })),
      {},
      /a token that holds characters/,
    ],
    ['prints a bad time', print(credential({ token: CANARY, expirationTimestamp: 'soon' })), {}, /no time/],
  ])('that %s is told of, without what it printed', async (_, script, plugin, trouble) => {
    const answer = await source(script, plugin, systemClock, 200).read();
    expect(answer).toMatchObject({ token: undefined, certificate: undefined });
    expect(answer.trouble).toMatch(trouble);
    expect(answer.trouble).not.toContain(CANARY);
  });

  it('that fails later leaves what it handed out before', async () => {
    const flag = join(folder, 'flag');
    const program = source(`[ -e ${flag} ] && exit 1; ${print(credential({ token: 'old' }))}`);
    await program.read();
    writeFileSync(flag, '');
    program.doubt();
    expect(await program.read()).toMatchObject({
      token: 'old',
      trouble: expect.stringContaining('failed with 1'),
    });
  });
});
