import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { loadConfig } from '@vipcast/config';
import type { Draft, RecordedFact } from '@vipcast/events';
import { memoryLog } from '@vipcast/log';
import { ipv4 } from '@vipcast/net';
import { appender, createClock, createLogger } from '@vipcast/runtime';
import { encodeMessage, KEEPALIVE } from '@vipcast/wire';
import { afterEach, describe, expect, it } from 'vitest';
import { startSpeaker } from './speaker.ts';

const VIPS = 2000;
const IDENTITY = { cluster: 'default', node: 'n1' };
const OPEN = encodeMessage(
  {
    type: 'open',
    version: 4,
    asn: 65001,
    holdTime: 90,
    routerId: ipv4(0x0a000001),
    capabilities: [{ kind: 'multiprotocol', afi: 1, safi: 1 }],
  },
  { fourOctetAs: true, maxMessageLength: 4096, external: true },
);

const clock = createClock();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A router that goes away as soon as it has heard more than a session needs to come up. */
const startRouter = async (): Promise<number> => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let heard = 0;
    socket
      .on('error', () => socket.destroy())
      .on('data', ({ length }) => {
        if (heard === 0) socket.write(Buffer.concat([OPEN, KEEPALIVE]));
        heard += length;
        if (heard > VIPS * 5) socket.destroy();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
};

const configOf = (port: number): Draft => {
  const text = `
node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7 }
peers: [{ name: tor1, address: 127.0.0.1, port: ${port}, peerASN: 65001, connectRetryTime: 1h }]
`;
  const loaded = loadConfig(text, { file: 'vipcast.yaml', env: { hostName: 'n1' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  const data = { file: 'vipcast.yaml', digest: '', plan: [], config: { ...loaded.config } };
  return { type: 'node.ConfigApplied', of: 'config', data };
};

const advertised = (i: number): Draft => ({
  type: 'vip.Advertised',
  of: `v${i}`,
  data: {
    vip: `v${i}`,
    addresses: [`10.1.${i >> 8}.${i & 255}`],
    source: 'static',
    reason: 'configured',
    because: 'it is in the configuration',
  },
});

const resolved = ({ id }: RecordedFact): Draft => ({
  type: 'nexthop.Resolved',
  of: 'tor1',
  data: {
    peer: 'tor1',
    family: 'ipv4-unicast',
    session: id,
    strategy: 'self',
    reason: 'session-address',
    because: 'the session has it',
    candidates: [],
    nextHops: ['127.0.0.1'],
  },
});

describe('very many routes', () => {
  it('are on record before the session that ends right after them', async () => {
    const log = memoryLog();
    const append = appender(log.writer('n1/test'), IDENTITY, clock);
    append([configOf(await startRouter()), ...Array.from({ length: VIPS }, (_, i) => advertised(i))]);
    const following = log.follow({ after: 0, aggregates: ['session'] }, (facts) => {
      for (const fact of facts) if (fact.type === 'session.Established') append([resolved(fact)]);
    });
    const speaker = startSpeaker({
      log,
      recorder: { record: () => {}, flush: () => {}, close: () => {} },
      identity: IDENTITY,
      clock,
      logger: createLogger('silent'),
    });
    cleanups.push(speaker.stop, following.stop);
    const closed = () => [...log.read()].findIndex(({ type }) => type === 'session.Closed');
    await expect.poll(closed, { timeout: 10_000 }).toBeGreaterThan(0);
    const told = [...log.read()]
      .slice(0, closed())
      .flatMap((fact) => (fact.type === 'route.Announced' ? fact.data.prefixes : []));
    expect(told).toHaveLength(VIPS);
  });
});
