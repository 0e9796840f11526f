import { type ChangeRun, type Latencies, startChangeRun } from './change-run.ts';
import { measureProbes } from './probe-run.ts';
import { figure, judge, printTable, ratio } from './report.ts';
import { bare } from './speakers/bare.ts';
import { bird } from './speakers/bird.ts';
import { exabgp } from './speakers/exabgp.ts';
import { gobgp } from './speakers/gobgp.ts';
import type { SpeakerKind } from './speakers/speaker.ts';
import { vipcastByOperator as vipcast } from './speakers/vipcast.ts';
import { median, quantile, rotated } from './statistics.ts';

const CHANGES = 1000;
const ROUNDS = 10;
const WARM_UP = 100;
const WANTED = { p50: 0.3, p99: 1.5 } as const;
const OTHERS: readonly SpeakerKind[] = [gobgp, exabgp, bird];
const KINDS: readonly SpeakerKind[] = [vipcast, bare, ...OTHERS];

/** All speakers run at once and take turns: nothing that the machine does meanwhile meets only one of them. */
const measureAll = async (): Promise<ReadonlyMap<SpeakerKind, Latencies>> => {
  await using resources = new AsyncDisposableStack();
  const runs = new Map<SpeakerKind, ChangeRun>();
  for (const kind of KINDS) runs.set(kind, resources.use(await startChangeRun(kind)));
  for (const run of runs.values()) await run.changes(WARM_UP);
  const latencies = new Map<SpeakerKind, Latencies>();
  for (let round = 0; round < ROUNDS; round++)
    for (const [kind, run] of rotated([...runs], round)) {
      const before = latencies.get(kind) ?? { sinceDecided: [], sinceTold: [] };
      const { sinceDecided, sinceTold } = await run.changes(CHANGES / ROUNDS);
      latencies.set(kind, {
        sinceDecided: [...before.sinceDecided, ...sinceDecided],
        sinceTold: [...before.sinceTold, ...sinceTold],
      });
    }
  return latencies;
};

/** One VIP changed, a thousand times: from the decision to the bytes at a neutral receiver. */
export const measureChange = async (): Promise<void> => {
  const latencies = await measureAll();
  const probed = (await measureProbes(WARM_UP + CHANGES)).slice(WARM_UP);
  const operated = latencies.get(vipcast)!;
  const ours = { p50: median(operated.sinceDecided), p99: quantile(operated.sinceDecided, 0.99) };
  const row = (name: string, way: string, values: readonly number[], isOurs: boolean): readonly string[] => [
    name,
    way,
    ...[0.5, 0.9, 0.99, 1].map((q) => figure(quantile(values, q))),
    isOurs ? '' : ratio(median(values), ours.p50),
    isOurs ? '' : ratio(quantile(values, 0.99), ours.p99),
  ];
  printTable(
    `change: one VIP changed, ${CHANGES} times, to the bytes at a receiver, ms (÷ ours: by the first line)`,
    ['speaker', 'from', 'p50', 'p90', 'p99', 'max', 'p50 ÷ ours', 'p99 ÷ ours'],
    [
      row(vipcast.name, 'decision, after an operator asked', operated.sinceDecided, true),
      row(vipcast.name, 'decision, after a probe', probed, true),
      row(vipcast.name, "before the operator's fact and ring", operated.sinceTold, true),
      ...[bare, ...OTHERS].map((kind) =>
        row(kind.name, `before the ${kind.way}`, latencies.get(kind)!.sinceTold, false),
      ),
    ],
    2,
  );
  console.log();
  for (const [who, values] of [
    ['operator', operated.sinceDecided],
    ['probe', probed],
  ] as const) {
    judge(`${who}: p50 from the decision`, median(values), 'at most', WANTED.p50, 'ms');
    judge(`${who}: p99 from the decision`, quantile(values, 0.99), 'at most', WANTED.p99, 'ms');
  }
  for (const kind of OTHERS) {
    const theirs = latencies.get(kind)!.sinceTold;
    judge(`ahead of ${kind.name}: p50`, median(theirs) / ours.p50, 'at least', 1, 'times');
    judge(`ahead of ${kind.name}: p99`, quantile(theirs, 0.99) / ours.p99, 'at least', 1, 'times');
  }
};
