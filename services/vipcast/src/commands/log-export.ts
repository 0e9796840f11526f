import { existsSync, realpathSync } from 'node:fs';
import { versionOf } from '@vipcast/events';
import { decodeFact, type Log, readInputs } from '@vipcast/log';
import { type Command, Option } from 'commander';
import { withArchive } from '../archive.ts';
import { counted } from '../counted.ts';
import type { ExportFormat } from '../export/format.ts';
import { type Output, openOutput } from '../export/output.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { journalFile } from '../journal.ts';
import { nonEmpty, type ScopeOptions, withScope } from '../options.ts';
import { inputLine } from '../replay/input-line.ts';
import { scopeFilter } from '../scope-filter.ts';
import { readTimes, type Times } from '../view-times.ts';
import { requireKept, sinceThen, upTo } from '../window.ts';

/** Each is loaded when it is asked for: MRT needs all of BGP's attributes. */
const FORMATS = {
  jsonl: async () => (await import('../export/jsonl.ts')).jsonlFormat(),
  mrt: async () => (await import('../export/mrt.ts')).mrtFormat(),
  'ris-live': async () => (await import('../export/ris-live.ts')).risLiveFormat(),
} as const satisfies Readonly<Record<string, () => Promise<ExportFormat>>>;

interface ExportOptions extends ScopeOptions {
  readonly format: keyof typeof FORMATS;
  readonly outputFile?: string;
  readonly since?: string;
  readonly until?: string;
}

/** How many facts are in an export, and how many of them lack the addresses of their session. */
interface Tally {
  readonly written: number;
  readonly unknown: number;
}

const writeFacts = (
  log: Log,
  format: ExportFormat,
  { at, since }: Times,
  options: ExportOptions,
  output: Output,
): Tally => {
  const inScope = scopeFilter(options);
  let [written, unknown] = [0, 0];
  for (const stored of log.stored()) {
    const fact = decodeFact(stored);
    // Of a later release: all that can be done with it is to hand it on as it is.
    if (options.format !== 'jsonl' && fact.v > versionOf(fact.type)) continue;
    format.learn(fact);
    const recent = since === undefined || sinceThen({ changedAt: fact.at, position: fact.position }, since);
    if (!recent || (at !== undefined && !upTo(fact, at)) || !inScope(fact)) continue;
    const piece = format.write(fact, stored.data);
    if (piece === undefined) unknown++;
    else if (piece.length > 0) {
      output.write(piece);
      written++;
    }
  }
  return { written, unknown };
};

/** What a replay feeds on, for an export of the whole log: a bug report is one file. */
const writeInputs = (
  journal: string | undefined,
  { format, ...options }: ExportOptions,
  output: Output,
): number => {
  const whole = [options.since, options.until, options.node, options.peer].every(
    (each) => each === undefined,
  );
  if (journal === undefined) return 0;
  const recorder = `${journal}.inputs`;
  if (format !== 'jsonl' || !whole || !existsSync(recorder)) return 0;
  let written = 0;
  for (const input of readInputs(recorder)) {
    output.write(inputLine(input));
    written++;
  }
  return written;
};

const isSameFile = (a: string, b: string): boolean =>
  existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);

const exportLog = async (io: Io, options: ExportOptions): Promise<void> => {
  const { outputFile: file } = options;
  const times = readTimes({ ...options, output: 'table' }, io.clock.wall());
  const journal = options.nats === undefined ? await journalFile(io, options) : undefined;
  if (file !== undefined && journal !== undefined && isSameFile(file, journal))
    throw new Failure('E_USAGE', `-O ${file} is the log itself`, { next: 'name another file' });
  if (file === undefined && options.format === 'mrt' && io.stdout.isTTY)
    throw new Failure('E_USAGE', 'MRT is not for terminals', { next: 'name a file with -O FILE' });
  const format = await FORMATS[options.format]();
  await withArchive(io, journal === undefined ? options : { journal }, ({ log }) => {
    for (const moment of [times.at, times.since]) if (moment !== undefined) requireKept(log, moment);
    const output = openOutput(io, file);
    try {
      const { written, unknown } = writeFacts(log, format, times, options, output);
      const inputs = writeInputs(journal, options, output);
      output.finish();
      const also = inputs === 0 ? '' : ` and ${counted(inputs, 'input')}`;
      io.stderr.write(`${counted(written, 'fact')}${also} written\n`);
      if (unknown > 0)
        io.stderr.write(
          `${counted(unknown, 'fact')} left out: the log begins after ${unknown === 1 ? 'its session' : 'their sessions'} came up\n`,
        );
    } catch (error) {
      output.abandon();
      throw error;
    }
  });
};

/** `vipcast log export`. */
export const addLogExport = (log: Command, io: Io): void => {
  withScope(log.command('export'))
    .description('hands the log to other tools; --journal takes the jsonl again')
    .addOption(
      new Option('--format <format>', 'jsonl: every fact; mrt: RFC 6396; ris-live: ris_message lines')
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .option('--since <time>', 'facts decided then or later: -15m, 2026-11-23T09:41:07Z, seq:48211')
    .option('--until <time>', 'facts decided then or before')
    .addOption(new Option('-O, --output-file <file>', 'where to, instead of stdout').argParser(nonEmpty))
    .action((options: ExportOptions) => exportLog(io, options));
};
