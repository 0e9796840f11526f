import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { known, withdrawals } from './route-table.ts';

const RISE = 3;
const FALL = 4;

/** What a probe asks, and how often it has got its present answer in a row. */
interface Patient {
  readonly check: string;
  become(healthy: boolean): Promise<void>;
  answers(): number;
  close(): void;
}

/** It can also be ill for so many answers, and well again for so many, as often as is told; `rest` is what is left. */
interface HttpPatient extends Patient {
  waver(ill: number, well: number, times: number): void;
  rest(): number;
}

const httpPatient = async (): Promise<HttpPatient> => {
  let [healthy, answers] = [false, 0];
  let planned: boolean[] = [];
  const server = createHttpServer((_, response) => {
    answers += 1;
    response.writeHead((planned.shift() ?? healthy) ? 200 : 503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    check: `http: 'http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz'`,
    become: async (next) => {
      [healthy, answers] = [next, 0];
    },
    answers: () => answers,
    waver: (ill, well, times) => {
      const once = [...Array<boolean>(ill).fill(false), ...Array<boolean>(well).fill(true)];
      planned = Array.from({ length: times }, () => once).flat();
    },
    rest: () => planned.length,
    close: () => server.close(),
  };
};

const tcpPatient = async (): Promise<Patient> => {
  let answers = 0;
  const listen = async (port: number) => {
    const server = createServer((socket) => {
      answers += 1;
      socket.destroy();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  server.close();
  return {
    check: `tcp: '127.0.0.1:${port}'`,
    become: async (healthy) => {
      answers = 0;
      if (healthy) server = await listen(port);
      else server.close();
    },
    // Nobody counts connections that are refused.
    answers: () => (server.listening ? answers : Number.POSITIVE_INFINITY),
    close: () => server.close(),
  };
};

const execPatient = async (folder: string): Promise<Patient> => ({
  check: `exec: [test, -e, ${folder}/healthy]`,
  become: (healthy) =>
    healthy ? writeFile(`${folder}/healthy`, '') : rm(`${folder}/healthy`, { force: true }),
  answers: () => Number.POSITIVE_INFINITY,
  close: () => {},
});

const PREFIX = { http: '192.0.2.1/32', tcp: '192.0.2.2/32', exec: '192.0.2.3/32' } as const;
type Kind = keyof typeof PREFIX;
const KINDS = Object.keys(PREFIX) as readonly Kind[];

describe('a VIP with a health check', () => {
  let folder: string;
  let patients: Readonly<Record<Kind, Patient>> & { readonly http: HttpPatient };
  let receiver: Receiver;
  let vipcast: Vipcast;

  beforeAll(async () => {
    folder = await scratch('probe');
    patients = { http: await httpPatient(), tcp: await tcpPatient(), exec: await execPatient(folder) };
    receiver = await startReceiver({
      localASN: 65001,
      routerId: '10.0.0.1',
      address: '127.0.0.1',
      port: 0,
      holdTime: 9,
    });
    const vip = (kind: Kind): string =>
      `{ name: ${kind}, addresses: [${PREFIX[kind].replace('/32', '')}], healthCheck: { ${patients[kind].check}, interval: 250ms, timeout: 250ms, rise: ${RISE}, fall: ${FALL} } }`;
    vipcast = await startVipcast(
      null,
      nodeYaml({ peers: [localPeer('tor', receiver.port)], vips: KINDS.map(vip) }),
    );
    await until(receiver.established, { what: 'the session', timeout: 20_000, explain: vipcast.stderr });
  });

  afterAll(async () => {
    await vipcast?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
    for (const patient of Object.values(patients)) patient.close();
    await discard(folder);
  });

  it.concurrent.each(KINDS)('of the kind %s comes and goes with it', async (kind) => {
    const patient = patients[kind];
    const isKnown = (): boolean => known(receiver.updates).includes(PREFIX[kind]);
    const become = async (healthy: boolean): Promise<void> => {
      await patient.become(healthy);
      await until(() => isKnown() === healthy, { what: `${kind} to be ${healthy}`, interval: 5 });
      expect(patient.answers()).toBeGreaterThanOrEqual(healthy ? RISE : FALL);
    };
    expect(isKnown()).toBe(false);
    await become(true);
    await become(false);
    await become(true);
    expect(receiver.establishedCount()).toBe(1);
  });

  it('is not moved by less than it takes', async () => {
    const { http } = patients;
    await http.become(true);
    await until(() => known(receiver.updates).includes(PREFIX.http), { what: 'the VIP' });
    const before = withdrawals(receiver.updates).filter((prefix) => prefix === PREFIX.http).length;
    http.waver(FALL - 1, 1, 3);
    await until(() => http.rest() === 0, { what: 'it to waver' });
    await http.become(true);
    await until(() => http.answers() >= 2, { what: 'two more answers' });
    expect(known(receiver.updates)).toContain(PREFIX.http);
    const after = withdrawals(receiver.updates).filter((prefix) => prefix === PREFIX.http).length;
    expect(after).toBe(before);
  });
});
