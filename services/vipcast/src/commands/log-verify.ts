import { type Problem, verify } from '@vipcast/log';
import type { Command } from 'commander';
import { withArchive } from '../archive.ts';
import { counted } from '../counted.ts';
import { documentFormat, documentOf } from '../document.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { type Format, type LogOptions, withLog, withOutput } from '../options.ts';
import { painter } from '../paint.ts';
import { type Column, formatTable } from '../table.ts';

interface VerifyOptions extends LogOptions {
  readonly output: Format;
}

const columns: readonly Column<Problem>[] = [
  { header: 'SEQ', cell: ({ position }) => position, right: true },
  { header: 'WRITER', cell: ({ writer }) => writer },
  { header: 'PROBLEM', cell: ({ kind }) => kind, tone: () => 'bad' },
  { header: 'WHAT', cell: ({ text }) => text },
];

const verifyLog = async (io: Io, options: VerifyOptions): Promise<void> => {
  const now = io.clock.wall();
  const format = await documentFormat(options.output);
  await withArchive(io, options, ({ log }) => {
    const seq = log.last();
    const problems = [...verify(log)];
    const looks = { now, paint: painter(io), width: io.stdout.columns };
    if (format !== undefined)
      io.stdout.write(format(documentOf('Verification', { time: now, seq }, problems)));
    else if (problems.length > 0) io.stdout.write(formatTable(columns, problems, looks));
    const writers = new Set(log.terms().map(({ writer }) => writer)).size;
    const verdict =
      problems.length === 0
        ? 'every fact is what its writer recorded, and none is missing'
        : counted(problems.length, 'problem');
    io.stderr.write(`up to seq ${seq}, ${counted(writers, 'writer')}: ${verdict}\n`);
    io.finish(problems.length === 0 ? EXIT.fine : EXIT.negative);
  });
};

/** `vipcast log verify`. */
export const addLogVerify = (log: Command, io: Io): void => {
  withOutput(withLog(log.command('verify')))
    .description("checks every writer's hash chain: gaps, forks, rewrites; exit 1 if there are any")
    .action((options: VerifyOptions) => verifyLog(io, options));
};
