import { cpus, loadavg, release } from 'node:os';
import { NODE } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { placement } from './cores.ts';
import { bird } from './speakers/bird.ts';
import { exabgp } from './speakers/exabgp.ts';
import { gobgp } from './speakers/gobgp.ts';
import { vipcastByOperator } from './speakers/vipcast.ts';

const BUSY = 0.3;

/** Prints what was measured on what, and what else the machine was doing. */
export const printEnvironment = async (): Promise<void> => {
  const speakers = [vipcastByOperator, gobgp, exabgp, bird];
  const versions = await Promise.all(speakers.map(async (each) => `${each.name} ${await each.version()}`));
  const node = (await exec(null, [NODE, '--version'])).stdout.trim();
  const [minute = 0] = loadavg();
  console.log(`  ${versions.join(', ')}; Node ${node}`);
  console.log(`  Linux ${release()}, ${cpus().length} × ${cpus()[0]?.model}, ${placement}`);
  console.log(
    `  load before: ${minute.toFixed(2)}${minute > BUSY ? ' - the machine is busy, and the figures are worse for it' : ''}`,
  );
};
