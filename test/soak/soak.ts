import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../interop/poll.ts';
import { check } from './checker.ts';
import { startSoakLab } from './lab.ts';
import { createNemesis, type Nemesis } from './nemesis.ts';
import { emptyRemains, keepRemains } from './remains.ts';
import { describeStep, type Step, scheduleOf } from './schedule.ts';
import { createWitness, type Witness } from './witness.ts';

/** What a soak is told. */
export interface SoakOptions {
  readonly seed: number;
  /** How long harm is done; starting, becoming quiet and checking come on top. */
  readonly minutes: number;
  /** Told what happens, a line each. */
  readonly say: (line: string) => void;
}

/** How a soak ended. */
export interface SoakResult {
  readonly steps: number;
  readonly facts: number;
  /** What is wrong, for people; empty when nothing is. */
  readonly wrong: readonly string[];
  /** Where journals and logs are kept, when something is. */
  readonly kept?: string;
}

const MINUTE = 60_000;
/** So often everything is healed and checked, in milliseconds. */
const ROUND = 2 * MINUTE;
const LOOK = 200;

/** Harm for one round, each step at its time; resolves when all of it is undone. */
const disturb = async (
  steps: readonly Step[],
  begin: number,
  nemesis: Nemesis,
  witness: Witness,
  say: (line: string) => void,
): Promise<void> => {
  const looking = setInterval(witness.look, LOOK);
  const begun = performance.now();
  const performed: Promise<void>[] = [];
  try {
    for (const step of steps) {
      await delay(Math.max(0, step.at - begin - (performance.now() - begun)));
      say(describeStep(step));
      const one = nemesis.perform(step);
      one.catch(() => undefined);
      performed.push(one);
    }
    await Promise.all(performed);
  } finally {
    clearInterval(looking);
  }
};

/**
 * Does harm to a cluster by a schedule that its seed decides; before, every two minutes and in the end it is healed,
 * becomes quiet and is checked. Ends at the first check that finds something.
 */
export const soak = async ({ seed, minutes, say }: SoakOptions): Promise<SoakResult> => {
  const steps = scheduleOf(seed, minutes * MINUTE);
  const said: string[] = [];
  const tell = (line: string): void => {
    said.push(line);
    say(line);
  };
  const folder = await emptyRemains(seed);
  await using lab = await startSoakLab();
  const nemesis = createNemesis(lab);
  let facts = 0;
  let witness: Witness | undefined;
  const wrong: string[] = [];
  const judge = async (sight: Witness): Promise<void> => {
    // What is not quiet in the end is seen by what is missing.
    const restless = await sight.quiet().then(
      () => [],
      (error: Error) => [error.message],
    );
    const evidence = await sight.evidence(nemesis, join(folder, 'stream.jsonl'));
    facts = evidence.accepted.length;
    wrong.push(...check(evidence).map(({ kind, text }) => `${kind}: ${text}`), ...restless);
    tell(`${facts} facts and ${evidence.told.length} routes told, checked: ${wrong.length} problems`);
  };
  try {
    witness = await until(() => createWitness(lab), { what: 'the journals', timeout: 30_000 });
    await judge(witness);
    for (let begin = 0; begin < minutes * MINUTE && wrong.length === 0; begin += ROUND) {
      const round = steps.filter(({ at }) => at >= begin && at < begin + ROUND);
      await disturb(round, begin, nemesis, witness, tell);
      await judge(witness);
    }
  } catch (error) {
    wrong.push(`the soak itself failed: ${(error as Error).stack}`);
  } finally {
    witness?.[Symbol.dispose]();
  }
  if (wrong.length === 0) {
    await rm(folder, { recursive: true, force: true });
    return { steps: steps.length, facts, wrong };
  }
  await keepRemains(lab, folder, [`seed ${seed}`, ...said, ...wrong, ''].join('\n'));
  return { steps: steps.length, facts, wrong, kept: folder };
};
