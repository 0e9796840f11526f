import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../interop/poll.ts';
import type { Change } from './receivers/protocol.ts';
import { startReceivers } from './receivers/receivers.ts';
import type { Decision } from './speakers/speaker.ts';
import { startVipcast } from './speakers/vipcast.ts';
import { milliseconds } from './statistics.ts';

const VIPS = 50;
const INTERVAL = '500ms';
const PATIENCE = 60_000;

const addressOf = (index: number): string => `203.0.113.${index + 1}`;

/** A service behind every VIP, healthy and unhealthy in turn: each probe of it turns its VIP. */
const startServices = async (): Promise<{ readonly port: number; close(): void }> => {
  const healthy = new Set<string>();
  const server = createServer(({ url = '' }, response) => {
    if (!healthy.delete(url)) healthy.add(url);
    response.writeHead(healthy.has(url) ? 200 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

const vipLine = (index: number, port: number): string =>
  `{ name: v${index}, addresses: [${addressOf(index)}], healthCheck: ` +
  `{ http: 'http://127.0.0.1:${port}/${index}', interval: ${INTERVAL}, timeout: ${INTERVAL}, rise: 1, fall: 1 } }`;

const latencies = (decisions: readonly Decision[], changes: readonly Change[]): readonly number[] =>
  changes.map(({ address, announced, at }) => {
    const decision = decisions.findLast(
      (each) => each.at <= at && each.announced === announced && each.addresses.includes(address),
    );
    if (decision === undefined) throw new Error(`nobody decided on ${address}`);
    return milliseconds(decision.at, at);
  });

/**
 * VIPs whose health changes all the time: milliseconds from each decision to its bytes at the receiver, once at least
 * `count` have come.
 */
export const measureProbes = async (count: number): Promise<readonly number[]> => {
  const services = await startServices();
  await using receivers = await startReceivers({ count: 1, held: false });
  const lines = Array.from({ length: VIPS }, (_, i) => vipLine(i, services.port));
  await using speaker = await startVipcast({ peers: receivers.peers, table: [], lines }, 'operator');
  const arrived: Change[] = [];
  await receivers.established();
  await receivers.watch((change) => arrived.push(change));
  await until(() => arrived.length >= count, { what: `${count} changes by probes`, timeout: PATIENCE });
  await receivers.watch(undefined);
  services.close();
  return latencies(await speaker.decisions!(), arrived);
};
