import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Config, loadConfig, type PeerConfig } from '@vipcast/config';
import type { RecordedFact } from '@vipcast/events';
import { memoryLog } from '@vipcast/log';
import { ipv4, parseAddress } from '@vipcast/net';
import { appender, createClock, createLogger } from '@vipcast/runtime';
import type { Input } from '@vipcast/session';
import { encodeMessage, KEEPALIVE } from '@vipcast/wire';
import { afterEach, describe, expect, it } from 'vitest';
import { startPeer } from './peer.ts';
import { sessionSettings } from './settings.ts';

const OPEN = encodeMessage(
  { type: 'open', version: 4, asn: 65001, holdTime: 90, routerId: ipv4(0x0a000001), capabilities: [] },
  { fourOctetAs: true, maxMessageLength: 4096, external: true },
);
/** Nobody ever looks at it. */
const MANY_MESSAGES = new Uint8Array(1_000_000);

const clock = createClock();
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

/** A router that says KEEPALIVE all the time and, once it has read our OPEN, reads when it is told to. */
const startRouter = async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.once('data', () => {
      socket.pause().write(OPEN);
      const talking = setInterval(() => socket.write(KEEPALIVE), 50);
      socket.on('close', () => clearInterval(talking)).on('error', () => socket.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { sockets, port: (server.address() as AddressInfo).port };
};

const configOf = (port: number): { config: Config; peer: PeerConfig } => {
  const text = `
node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7 }
peers: [{ name: tor1, address: 127.0.0.1, port: ${port}, peerASN: 65001 }]
`;
  const loaded = loadConfig(text, { file: 'vipcast.yaml', env: { hostName: 'n1' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return { config: loaded.config, peer: loaded.config.peers[0] as PeerConfig };
};

const startSession = async (sendHoldTime: number) => {
  const router = await startRouter();
  const { config, peer } = configOf(router.port);
  const log = memoryLog();
  const inputs: Input[] = [];
  const session = startPeer({
    settings: { ...sessionSettings(config, peer), sendHoldTime },
    peer,
    remote: parseAddress('127.0.0.1')!,
    clock,
    logger: createLogger('silent'),
    append: appender(log.writer('n1/speaker'), { cluster: 'default', node: 'n1' }, clock),
    record: (input) => inputs.push(input),
    events: { onEstablished: () => {}, onDown: () => {}, onRefresh: () => {}, onWritable: () => {} },
  });
  cleanups.push(session.destroy);
  await expect.poll(session.sessionId).not.toBe('');
  const closed = () =>
    [...log.read()].filter((fact): fact is RecordedFact<'session.Closed'> => fact.type === 'session.Closed');
  const told = () => inputs.map(({ type }) => type).filter((type) => type.startsWith('Send'));
  const fill = () => {
    while (session.writable()) session.write([MANY_MESSAGES]);
  };
  return { router: router.sockets[0]!, sockets: router.sockets, session, closed, told, fill };
};

describe('a peer that talks and never reads', () => {
  it('is told 8/0, which it does not read either, is dropped and dialled again', async () => {
    const { router, sockets, session, closed, told, fill } = await startSession(300);
    fill();
    await expect
      .poll(() => closed()[0]?.data, { timeout: 10_000 })
      .toMatchObject({
        by: 'local',
        from: 'Established',
        notification: {
          code: 8,
          subcode: 0,
          name: 'Send Hold Timer Expired',
          text: 'messages were not read',
        },
      });
    expect(told()[0]).toBe('SendStalls');
    expect(told()).not.toContain('SendFlows');
    expect(session.writable()).toBe(false);
    // What it says comes to a socket that is no more.
    await expect.poll(() => router.closed, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => sockets.length, { timeout: 10_000 }).toBe(2);
  });

  it('and then reads keeps its session', async () => {
    const { router, closed, told, fill } = await startSession(60_000);
    fill();
    expect(told()).toEqual(['SendStalls']);
    router.resume();
    await expect.poll(() => told().at(-1), { timeout: 10_000 }).toBe('SendFlows');
    expect(closed()).toEqual([]);
  });
});

describe('a peer that reads', () => {
  it('costs no input', async () => {
    const { router, session, told } = await startSession(300);
    let read = 0;
    router.on('data', (bytes: Buffer) => {
      read += bytes.length;
    });
    router.resume();
    for (let i = 0; i < 100; i++) session.write([KEEPALIVE, KEEPALIVE]);
    await expect.poll(() => read).toBeGreaterThanOrEqual(200 * KEEPALIVE.length);
    expect(told()).toEqual([]);
  });
});
