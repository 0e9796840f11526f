import { parseArgs } from 'node:util';
import { sweepScratch } from '../interop/scratch.ts';
import { measureChange } from './change.ts';
import { measureCodec } from './codec.ts';
import { takeMeasuringCore } from './cores.ts';
import { measureCrowd } from './crowd.ts';
import { printEnvironment } from './environment.ts';
import { measureJournal } from './journal.ts';
import { measureKubernetes } from './kubernetes.ts';
import { measureNatsTrouble } from './nats-trouble.ts';
import { measureReplay } from './replay.ts';
import { measureStart } from './start.ts';
import { measureStream } from './stream.ts';
import { measureTable } from './table.ts';
import { measureTimeTravel } from './time-travel.ts';

const beside = (measure: () => Promise<void>) => async (): Promise<void> => {
  const leave = takeMeasuringCore();
  await measure().finally(leave);
};

/** `npm run bench` runs all of these in order, `npm run bench -- change` the ones named. A missed figure is no failure. */
const WORKLOADS: Readonly<Record<string, () => Promise<void>>> = {
  change: beside(measureChange),
  table: beside(measureTable),
  start: beside(measureStart),
  codec: measureCodec,
  journal: measureJournal,
  replay: measureReplay,
  'time-travel': measureTimeTravel,
  stream: measureStream,
  'nats-trouble': beside(measureNatsTrouble),
  crowd: measureCrowd,
  // Its API server is to have all cores: it puts itself beside them.
  kubernetes: measureKubernetes,
};

// `--minutes` is for workloads that wait.
const { positionals: asked } = parseArgs({
  options: { minutes: { type: 'string' } },
  allowPositionals: true,
});
const unknown = asked.filter((name) => !(name in WORKLOADS));
if (unknown.length > 0) {
  console.error(`no such workload: ${unknown.join(', ')}; there are ${Object.keys(WORKLOADS).join(', ')}`);
  process.exit(2);
}
// Speakers end with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
await sweepScratch();
await printEnvironment();
for (const name of asked.length > 0 ? asked : Object.keys(WORKLOADS)) await WORKLOADS[name]!();
