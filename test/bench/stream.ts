import { type Member, startMember } from '../cluster/members.ts';
import { startNatsCluster } from '../cluster/nats.ts';
import { until } from '../interop/poll.ts';
import { figure, judge, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

const FACTS = 100_000;
const BATCH = 1000;
const RUNS = 3;
const SEEN = 500;
const WARM_UP = 50;
const REPLICAS = 3;
const PATIENCE = 120_000;
const WANTED = { shipped: 20_000, p50: 5, p99: 25 } as const;

/** A run of many facts: how many a second, by the clock and by the processor's time of this process. */
interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const working = (members: readonly Member[]): Promise<unknown> =>
  until(
    () =>
      members.every(({ replication }) => {
        const { connected, problem } = replication.status();
        return connected && problem === '';
      }),
    {
      what: 'replication that works',
      timeout: 30_000,
      explain: () => members.flatMap(({ said }) => said).join('\n'),
    },
  );

/** From the first append until the stream has acknowledged all of it. */
const measureShipping = async (member: Member): Promise<Rate> => {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < FACTS; i += BATCH) {
    member.append(BATCH);
    await turn();
  }
  await until(() => member.replication.status().toShip === 0, {
    what: 'the last acknowledgement',
    timeout: PATIENCE,
    interval: 5,
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (FACTS / (performance.now() - begun)) * 1000,
    perCpuSecond: (FACTS / (user + system)) * 1e6,
  };
};

/** Milliseconds from just before an append on one node until a follower on the other has it. */
const measureSeeing = async (from: Member, to: Member): Promise<readonly number[]> => {
  let hear = (): void => {};
  const following = to.log.follow({ after: to.log.last() }, () => hear());
  const delays: number[] = [];
  for (let i = 0; i < WARM_UP + SEEN; i++) {
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const begun = performance.now();
    from.append(1);
    await heard;
    delays.push(performance.now() - begun);
  }
  following.stop();
  return delays.slice(WARM_UP);
};

/** Facts of a journal on their way to a stream with three copies, and from there to another node. */
export const measureStream = async (): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const servers = await startNatsCluster('2.14');
  for (const server of servers) resources.use(server);
  const start = async (name: string, server: number): Promise<Member> =>
    resources.use(await startMember(name, [servers[server]!.url], { replicas: REPLICAS }));
  const from = await start('n1', 0);
  await working([from]);
  const rates: Rate[] = [];
  for (let run = 0; run < RUNS; run++) rates.push(await measureShipping(from));
  const to = await start('n2', 1);
  await working([to]);
  await until(() => to.log.last() === from.log.last(), { what: 'the other journal', timeout: PATIENCE });
  const delays = await measureSeeing(from, to);

  const shipped = median(rates.map(({ perSecond }) => perSecond));
  printTable(
    `stream: ${REPLICAS} copies, three nats-server and both nodes on this machine`,
    ['work', 'p50', 'p99', 'unit'],
    [
      [`ship ${FACTS} facts, ${RUNS} runs`, figure(shipped), '', 'facts/s'],
      [
        "the same, by this process's time on a processor",
        figure(median(rates.map(({ perCpuSecond }) => perCpuSecond))),
        '',
        'facts/s',
      ],
      [
        'append on one node, until another has it',
        figure(median(delays)),
        figure(quantile(delays, 0.99)),
        'ms',
      ],
    ],
  );
  console.log();
  judge('journal to the stream', shipped, 'at least', WANTED.shipped, 'facts/s');
  judge('seen on another node, p50', median(delays), 'at most', WANTED.p50, 'ms');
  judge('seen on another node, p99', quantile(delays, 0.99), 'at most', WANTED.p99, 'ms');
};
