import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { openJournal, openRecorder, readExport } from '@vipcast/log';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { figure, judge, printTable } from './report.ts';
import { median } from './statistics.ts';

const HISTORY = join(ROOT, 'test', 'histories', '0.1.0-announce-withdraw-frr', 'report.jsonl');
const PROGRAM = join(ROOT, 'services', 'vipcast', 'bin', 'vipcast.mjs');
const INPUTS = 300_000;
const RUNS = 3;
const WANTED = 30_000;
/** Keepalives each way, on each session, between its routes and its end. */
const KEEPALIVES = 120;
const QUIET = 360_000;
/** Longer than the history and its quiet time, so that one life of the daemon follows another. */
const LIFE = 2 * QUIET;
const KEEPALIVE = Uint8Array.of(...Array<number>(16).fill(0xff), 0, 19, 4);

interface InputLine {
  readonly actor: string;
  readonly at: number;
  readonly input: Readonly<Record<string, unknown>>;
}

const unpacked = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('base64' in value) return new Uint8Array(Buffer.from(String(value.base64), 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, unpacked(field)]));
};

const inputsOf = (file: string): readonly InputLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"input":'))
    .map((line) => JSON.parse(line) as InputLine)
    .map((line) => ({ ...line, input: unpacked(line.input) as InputLine['input'] }));

const toNew = (fact: RecordedFact, at: number): NewFact => {
  const { writer: _, epoch: __, n: ___, hash: ____, position: _____, recordedAt: ______, ...rest } = fact;
  return { ...rest, at } as NewFact;
};

/** What the quiet time of one session is made of. */
const quiet = (actor: string, from: number): readonly InputLine[] =>
  Array.from({ length: KEEPALIVES }, (_, i) => {
    const at = from + (i * QUIET) / KEEPALIVES;
    const common = { connection: 'outgoing', at, random: 0.5 };
    return [
      { actor, at, input: { type: 'TimerExpires', timer: 'KeepaliveTimer', ...common } },
      { actor, at, input: { type: 'BytesReceived', bytes: KEEPALIVE, ...common } },
    ];
  }).flat();

/** A journal in which a recorded life of a daemon happens again and again, each with a quiet time before its end. */
const multiply = (journal: string): number => {
  const facts = [...readExport(HISTORY).read()];
  const recorded = inputsOf(HISTORY);
  const end = recorded.find(({ input }) => input.type === 'ManualStop')?.at ?? Number.POSITIVE_INFINITY;
  const moved = (at: number, life: number): number => at + life * LIFE + (at < end ? 0 : QUIET);
  const actors = [...new Set(recorded.map(({ actor }) => actor))];
  const between = actors.flatMap((actor) => quiet(actor, end)).sort((a, b) => a.at - b.at);
  const before = recorded.filter(({ at }) => at < end);
  const after = recorded.filter(({ at }) => at >= end);
  const lives = Math.ceil(INPUTS / (recorded.length + between.length));
  const log = openJournal(journal);
  const recorder = openRecorder(`${journal}.inputs`, { maxBytes: 1 << 30 });
  for (let life = 0; life < lives; life++) {
    const names = new Set(facts.map(({ writer }) => writer));
    const writers = new Map(Array.from(names, (name) => [name, log.writer(name)]));
    for (const fact of facts) writers.get(fact.writer)?.append([toNew(fact, moved(fact.at, life))]);
    const epoch = writers.get('n1/speaker')?.epoch;
    const record = ({ actor, input }: InputLine, at: number): void =>
      recorder.record(actor, at, 'epoch' in input ? { ...input, epoch } : input);
    for (const each of before) record(each, moved(each.at, life));
    for (const each of between) record(each, each.at + life * LIFE);
    for (const each of after) record(each, moved(each.at, life));
    recorder.flush();
  }
  recorder.close();
  log.close();
  return lives * (recorded.length + between.length);
};

const replayOnce = async (journal: string): Promise<number> => {
  const begun = performance.now();
  const { code, stdout, stderr } = await exec(null, [NODE, PROGRAM, 'replay', journal], { timeout: 120_000 });
  const seconds = (performance.now() - begun) / 1000;
  if (code !== 0 || !/^equal$/m.test(stdout))
    throw new Error(`the replay ended with ${code}: ${stdout}${stderr}`);
  return seconds;
};

/** `vipcast replay` of a long recording, from the start of the process to its end: inputs, facts and routes. */
export const measureReplay = async (): Promise<void> => {
  const place = mkdtempSync(join(tmpdir(), 'vipcast-bench-'));
  try {
    const journal = join(place, 'journal.db');
    const inputs = multiply(journal);
    const seconds: number[] = [];
    for (let run = 0; run < RUNS; run++) seconds.push(await replayOnce(journal));
    const perSecond = inputs / median(seconds);
    printTable(
      `replay: ${inputs} inputs of sessions that come up, announce, withdraw, are quiet and end, ${RUNS} runs`,
      ['', 'seconds', 'inputs a second'],
      [['median', figure(median(seconds)), figure(perSecond)]],
    );
    judge('replay', perSecond, 'at least', WANTED, 'inputs/s');
  } finally {
    rmSync(place, { recursive: true });
  }
};
