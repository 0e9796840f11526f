import { dualStackVips } from './addresses.ts';
import { figure, judge, printTable, ratio } from './report.ts';
import { bird } from './speakers/bird.ts';
import { exabgp } from './speakers/exabgp.ts';
import { gobgp } from './speakers/gobgp.ts';
import type { SpeakerKind } from './speakers/speaker.ts';
import { vipcastByConfiguration as vipcast } from './speakers/vipcast.ts';
import { median, rotated } from './statistics.ts';
import { runTable, type TableRun } from './table-run.ts';

const VIPS = 10_000;
const PEERS = 4;

/** How often each is run: a run of GoBGP takes fifteen seconds, one of ExaBGP forty. */
const RUNS: ReadonlyMap<SpeakerKind, number> = new Map([
  [vipcast, 5],
  [gobgp, 3],
  [exabgp, 1],
  [bird, 5],
]);

const WANTED = { up: 200, withdrawn: 150, gobgp: 8, updates: { ipv4: 14, ipv6: 45 }, memory: 130 } as const;

type Runs = ReadonlyMap<SpeakerKind, readonly TableRun[]>;
type Figure = (run: TableRun) => number;

const PHASES: readonly (readonly [string, 'up' | 'added' | 'withdrawn'])[] = [
  ['sessions come up', 'up'],
  ['all added', 'added'],
  ['all withdrawn', 'withdrawn'],
];

const runAll = async (): Promise<Runs> => {
  const vips = dualStackVips(VIPS);
  const kinds = [...RUNS.keys()];
  const runs = new Map(kinds.map((kind) => [kind, [] as TableRun[]]));
  for (let round = 0; round < Math.max(...RUNS.values()); round++)
    for (const kind of rotated(kinds, round))
      if (round < RUNS.get(kind)!) runs.get(kind)!.push(await runTable(kind, vips, PEERS));
  return runs;
};

const printDurations = (runs: Runs): void => {
  const middle = (kind: SpeakerKind, of: Figure): number => median((runs.get(kind) ?? []).map(of));
  for (const [what, phase] of PHASES) {
    const decided: Figure = (run) => run[phase].sinceDecided;
    const ours = middle(vipcast, decided);
    printTable(
      `table: ${VIPS} dual-stack VIPs to ${PEERS} peers, ${what}: last prefix at the last receiver, ms`,
      ['speaker', 'median', 'fastest', 'slowest', '÷ ours', 'from told', 'UPDATEs IPv4', 'IPv6', 'runs'],
      [...runs].map(([kind, each]) => [
        kind.name,
        figure(middle(kind, decided)),
        figure(Math.min(...each.map(decided))),
        figure(Math.max(...each.map(decided))),
        kind === vipcast ? '' : ratio(middle(kind, decided), ours),
        phase === 'up' ? '' : figure(middle(kind, (run) => run[phase].sinceTold)),
        String(Math.max(...each.map((run) => run[phase].updates.ipv4))),
        String(Math.max(...each.map((run) => run[phase].updates.ipv6))),
        String(each.length),
      ]),
    );
    console.log();
    judge(what, ours, 'at most', phase === 'withdrawn' ? WANTED.withdrawn : WANTED.up, 'ms');
    if (phase === 'withdrawn') continue;
    judge('ahead of GoBGP', middle(gobgp, decided) / ours, 'at least', WANTED.gobgp, 'times');
    for (const family of ['ipv4', 'ipv6'] as const) {
      const most = Math.max(...runs.get(vipcast)!.map((run) => run[phase].updates[family]));
      judge(`UPDATEs a peer, ${family}`, most, 'at most', WANTED.updates[family], 'messages');
    }
  }
};

const printMemory = (runs: Runs): void => {
  const middle = (kind: SpeakerKind, of: Figure): number => median((runs.get(kind) ?? []).map(of));
  const ours = middle(vipcast, ({ memory }) => memory.rss);
  printTable(
    `memory: ${VIPS} dual-stack VIPs and ${PEERS} peers, MB`,
    ['speaker', 'RSS', 'PSS', '÷ ours', 'RSS, all withdrawn and added again', 'PSS'],
    [...runs.keys()].map((kind) => [
      kind.name,
      figure(middle(kind, ({ memory }) => memory.rss)),
      figure(middle(kind, ({ memory }) => memory.pss)),
      kind === vipcast
        ? ''
        : ratio(
            middle(kind, ({ memory }) => memory.rss),
            ours,
          ),
      figure(middle(kind, ({ memoryAfter }) => memoryAfter.rss)),
      figure(middle(kind, ({ memoryAfter }) => memoryAfter.pss)),
    ]),
  );
  console.log();
  judge('RSS', ours, 'at most', WANTED.memory, 'MB');
  const after = middle(vipcast, ({ memoryAfter }) => memoryAfter.rss);
  judge('RSS, all withdrawn and added again', after, 'at most', WANTED.memory, 'MB');
};

/** Ten thousand VIPs: announced when sessions come up, withdrawn, added again; and the memory that it takes. */
export const measureTable = async (): Promise<void> => {
  const runs = await runAll();
  console.log(
    '\n  "sessions come up" counts from Established, the table being held already; the others from the decision:',
  );
  console.log(
    '  for vipcast its first fact, for the rest being told. From told, for vipcast: from the file being written.',
  );
  printDurations(runs);
  printMemory(runs);
};
