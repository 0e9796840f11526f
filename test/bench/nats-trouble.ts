import { setTimeout as delay } from 'node:timers/promises';
import { type NatsServer, startNats } from '../cluster/nats.ts';
import { type ChangeRun, startChangeRun } from './change-run.ts';
import { figure, judge, printTable } from './report.ts';
import { vipcastOnNats } from './speakers/vipcast.ts';
import { median, quantile, rotated } from './statistics.ts';

const CHANGES = 500;
const ROUNDS = 10;
const WARM_UP = 100;
/** So long a daemon may take to notice. */
const NOTICE = 12_000;
const WANTED = 1.1;

/** What becomes of a server once its node works. */
const STATES: Readonly<Record<string, (server: NatsServer) => void | Promise<void>>> = {
  healthy: () => undefined,
  frozen: (server) => server.freeze(),
  gone: (server) => server.kill(),
};

/** Nodes alike, each with a server of its own, take turns: what the machine does meanwhile meets all of them. */
const measureAll = async (): Promise<ReadonlyMap<string, readonly number[]>> => {
  await using resources = new AsyncDisposableStack();
  const runs = new Map<string, ChangeRun>();
  for (const [state, happen] of Object.entries(STATES)) {
    const server = resources.use(await startNats('2.14'));
    const run = resources.use(await startChangeRun(vipcastOnNats([server.url])));
    await run.changes(WARM_UP);
    await happen(server);
    runs.set(state, run);
  }
  await delay(NOTICE);
  for (const run of runs.values()) await run.changes(WARM_UP);
  const latencies = new Map<string, readonly number[]>();
  for (let round = 0; round < ROUNDS; round++)
    for (const [state, run] of rotated([...runs], round)) {
      const { sinceDecided } = await run.changes(CHANGES / ROUNDS);
      latencies.set(state, [...(latencies.get(state) ?? []), ...sinceDecided]);
    }
  return latencies;
};

/** From a decision to the bytes at a receiver, as NATS is well, frozen and gone. */
export const measureNatsTrouble = async (): Promise<void> => {
  const latencies = await measureAll();
  printTable(
    `nats-trouble: one VIP changed, ${CHANGES} times, from the decision to the bytes at a receiver, ms`,
    ['NATS is', 'p50', 'p90', 'p99', 'max'],
    [...latencies].map(([state, values]) => [
      state,
      ...[0.5, 0.9, 0.99, 1].map((q) => figure(quantile(values, q))),
    ]),
  );
  console.log();
  const healthy = median(latencies.get('healthy') ?? []);
  for (const state of ['frozen', 'gone'])
    judge(`p50 with NATS ${state}`, median(latencies.get(state) ?? []) / healthy, 'at most', WANTED, 'times');
};
