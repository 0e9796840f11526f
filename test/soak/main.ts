import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

/** `npm run soak -- --minutes N --seed S`. */
const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
  });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write('usage: npm run soak -- [--minutes N] [--seed WHOLE-NUMBER]\n');
    return 2;
  }
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}, ${minutes} minutes`);
  const { steps, facts, wrong, kept } = await soak({ seed, minutes, say });
  for (const line of wrong) say(line);
  if (kept === undefined) say(`seed ${seed}: ${steps} steps, ${facts} facts, nothing wrong`);
  else say(`seed ${seed}: ${wrong.length} problems; journals, logs and this report are in ${kept}`);
  return kept === undefined ? 0 : 1;
};

process.exitCode = await main();
