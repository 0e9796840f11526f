import { parseArgs } from 'node:util';
import { startCluster } from '../kubernetes/api-server.ts';
import { have } from '../setup/packages.ts';
import { takeMeasuringCore } from './cores.ts';
import { type Asked, startAuditedCluster } from './kubernetes-audit.ts';
import { runKubernetesChange } from './kubernetes-change.ts';
import { fill, type Load } from './kubernetes-load.ts';
import { runKubernetesQuiet } from './kubernetes-quiet.ts';
import { type KubernetesStart, runKubernetesStart } from './kubernetes-start.ts';
import { figure, judge, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

const CHANGES = 1000;
const STARTS = 3;
const WANTED = { p50: 5, p99: 25, announced: 3000, memory: 180, requests: 0 } as const;

const CHANGING: Load = { services: 1000, families: ['IPv4'], pods: 1 };
const RESTING: Load = { services: 100, families: ['IPv4'], pods: 1 };
const LARGE: Load = { services: 5000, families: ['IPv4', 'IPv6'], pods: 2 };

/** The API server was started on all cores, and stays on them. */
const beside = async <T>(measure: () => Promise<T>): Promise<T> => {
  const leave = takeMeasuringCore();
  return measure().finally(leave);
};

const measureChanges = async (): Promise<void> => {
  await using cluster = await startCluster();
  await fill(cluster, CHANGING);
  const latencies = await beside(() => runKubernetesChange(cluster, CHANGING, CHANGES));
  const { sinceEvent, sinceAnswered, sinceSent } = latencies;
  const row = (from: string, values: readonly number[]): readonly string[] => [
    from,
    ...[0.5, 0.9, 0.99, 1].map((q) => figure(quantile(values, q))),
  ];
  printTable(
    `kubernetes: an endpoint ready or gone, ${CHANGES} times, ${CHANGING.services} Services, to the bytes at a router, ms`,
    ['from', 'p50', 'p90', 'p99', 'max'],
    [
      row('the event at a plain watcher (judged)', sinceEvent),
      row('the answer to the write', sinceAnswered),
      row('the write', sinceSent),
    ],
  );
  console.log();
  judge('p50 from the watch event', median(sinceEvent), 'at most', WANTED.p50, 'ms');
  judge('p99 from the watch event', quantile(sinceEvent, 0.99), 'at most', WANTED.p99, 'ms');
};

const measureStarts = async (): Promise<void> => {
  await using cluster = await startCluster();
  await fill(cluster, LARGE);
  const runs: KubernetesStart[] = [];
  for (let i = 0; i < STARTS; i++) runs.push(await beside(() => runKubernetesStart(cluster, LARGE)));
  const row = (what: string, values: readonly number[]): readonly string[] => [
    what,
    figure(median(values)),
    figure(Math.min(...values)),
    figure(Math.max(...values)),
  ];
  const endpoints = LARGE.services * LARGE.pods * LARGE.families.length;
  printTable(
    `kubernetes: start with ${LARGE.services} dual-stack Services and ${endpoints} endpoints, ${STARTS} runs`,
    ['from the start of the process', 'median', 'least', 'most'],
    [
      row(
        'session Established, ms',
        runs.map(({ established }) => established),
      ),
      row(
        'all announced, ms',
        runs.map(({ announced }) => announced),
      ),
      row(
        'RSS when quiet, MB',
        runs.map(({ memory }) => memory.rss),
      ),
      row(
        'RSS at its highest, MB',
        runs.map(({ peak }) => peak),
      ),
    ],
  );
  console.log();
  judge(
    'process start to all announced',
    median(runs.map(({ announced }) => announced)),
    'at most',
    WANTED.announced,
    'ms',
  );
  judge('RSS', median(runs.map(({ memory }) => memory.rss)), 'at most', WANTED.memory, 'MB');
};

/** Requests by what they were, with how many of each. */
const counted = (asked: readonly Asked[]): readonly (readonly [string, number])[] =>
  [...Map.groupBy(asked, ({ verb, what }) => `${verb} ${what}`)].map(([what, of]) => [what, of.length]);

const measureQuiet = async (minutes: number): Promise<void> => {
  await using audited = await startAuditedCluster();
  await fill(audited.cluster, RESTING);
  const ways = await runKubernetesQuiet(audited, minutes);
  printTable(
    `kubernetes: requests in ${minutes} min without a change, ${RESTING.services} Services`,
    ['vipcast', 'request', 'count', 'a minute'],
    ways.flatMap(({ what, asked, start }) => [
      [what, 'its start', String(start.length)],
      ['', 'since then', String(asked.length), figure(asked.length / minutes)],
      ...counted(asked).map(([request, count]) => [
        '',
        `  ${request}`,
        String(count),
        figure(count / minutes),
      ]),
    ]),
    2,
  );
  console.log(
    '\n  Each watch is renewed after 5 to 10 minutes: a window shorter than that sees few of those.',
  );
  console.log('  Of a start, fifty Events are written at once and then one a second.');
  const others = ways[0]!.asked.filter(({ verb }) => verb !== 'watch').length;
  judge('requests that are no watches, Services followed', others, 'at most', WANTED.requests, 'requests');
};

/** `--minutes N`: how long nothing is to change. */
const minutesAsked = (): number => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } }, strict: false });
  return Number(values.minutes);
};

/** Following Services of a real API server: changes, a start, and what is asked for while nothing happens. */
export const measureKubernetes = async (): Promise<void> => {
  if (!have('openssl', 'etcd', 'kube-apiserver', 'kubectl')) {
    console.log('\nkubernetes: there is no API server here to be measured with');
    return;
  }
  await measureChanges();
  await measureStarts();
  await measureQuiet(minutesAsked());
};
