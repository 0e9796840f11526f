import { dualStackVips } from './addresses.ts';
import { startReceivers } from './receivers/receivers.ts';
import { figure, judge, printTable, ratio } from './report.ts';
import { bird } from './speakers/bird.ts';
import { exabgp } from './speakers/exabgp.ts';
import { gobgp } from './speakers/gobgp.ts';
import type { SpeakerKind } from './speakers/speaker.ts';
import { vipcastByConfiguration } from './speakers/vipcast.ts';
import { median, milliseconds, rotated } from './statistics.ts';

const RUNS = 7;
const WANTED = 700;
const KINDS: readonly SpeakerKind[] = [vipcastByConfiguration, gobgp, exabgp, bird];

const startOnce = async (kind: SpeakerKind): Promise<number> => {
  await using receivers = await startReceivers({ count: 1, held: false });
  const begun = process.hrtime.bigint();
  await using _speaker = await kind.start({ peers: receivers.peers, table: dualStackVips(1) });
  return milliseconds(begun, await receivers.established());
};

/** How long from the start of the process to a session in Established, with nothing kept from before. */
export const measureStart = async (): Promise<void> => {
  const times = new Map(KINDS.map((kind) => [kind, [] as number[]]));
  for (let run = 0; run < RUNS; run++)
    for (const kind of rotated(KINDS, run)) times.get(kind)?.push(await startOnce(kind));

  const ours = median(times.get(vipcastByConfiguration) ?? []);
  printTable(
    `start: process start to Established, ${RUNS} runs, ms`,
    ['speaker', 'median', 'fastest', 'slowest', '÷ ours'],
    [...times].map(([{ name }, values]) => [
      name,
      figure(median(values)),
      figure(Math.min(...values)),
      figure(Math.max(...values)),
      name === vipcastByConfiguration.name ? '' : ratio(median(values), ours),
    ]),
  );
  console.log('\n  GoBGP dials after 5 to 9 s and BIRD after about 1 s, whatever they are told.');
  judge('process start to Established', ours, 'at most', WANTED, 'ms');
};
