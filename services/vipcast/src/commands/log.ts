import { formatSubject, parseSubject, type RecordedFact, type Subject } from '@vipcast/events';
import { describeFact } from '@vipcast/views';
import { type Command, Option } from 'commander';
import { withArchive } from '../archive.ts';
import { type DocumentFormat, documentFormat, plain } from '../document.ts';
import { Failure } from '../failure.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { scopeFilter } from '../scope-filter.ts';
import { formatTime } from '../time.ts';
import { readTimes } from '../view-times.ts';
import { follow } from '../watch.ts';
import { requireKept, sinceThen, upTo } from '../window.ts';
import { addLogExport } from './log-export.ts';
import { addLogVerify } from './log-verify.ts';

interface ShowOptions extends ViewOptions {
  readonly follow?: boolean;
  readonly subject?: string;
}

/** Reads a subject pattern as NATS does: `*` is one token, `>` at the end is all that follow. */
const subjectFilter = (pattern: string | undefined): ((subject: string) => boolean) => {
  if (pattern === undefined) return () => true;
  const wanted = pattern.split('.');
  return (subject) => {
    const tokens = subject.split('.');
    const all = wanted.at(-1) === '>' && tokens.length >= wanted.length;
    return (
      (all || tokens.length === wanted.length) &&
      wanted.every(
        (token, i) => token === '*' || token === tokens[i] || (token === '>' && i === wanted.length - 1),
      )
    );
  };
};

/** True for the facts that the flags leave. */
const filterOf = (options: ShowOptions): ((fact: RecordedFact) => boolean) => {
  const matches = subjectFilter(options.subject);
  const inScope = scopeFilter(options);
  return (fact) => matches(fact.subject) && inScope(fact);
};

const nameOf = (subject: string): string => {
  const parsed: Subject | undefined = parseSubject(subject);
  if (parsed === undefined || formatSubject(parsed) !== subject) return subject;
  return parsed.aggregate === 'node' ? parsed.node : `${parsed.node} ${parsed.id}`;
};

const LONGEST_TYPE = 'operator.WithdrawRequested'.length;

/** One line for people. Not a table: facts arrive one by one, and nobody knows the widest yet. */
const lineOf = (fact: RecordedFact): string =>
  `${String(fact.position).padStart(6)}  ${formatTime(fact.at)}  ${fact.type.padEnd(LONGEST_TYPE)}  ${nameOf(fact.subject)}: ${harmless(describeFact(fact))}\n`;

const wideLineOf = (fact: RecordedFact): string =>
  lineOf(fact).replace(
    '\n',
    `  [${fact.writer} ${fact.epoch}/${fact.n}, id ${fact.id}, because of ${fact.causationId || 'nothing'}]\n`,
  );

const printer = (
  { output }: ShowOptions,
  format: DocumentFormat | undefined,
): ((fact: RecordedFact) => string) => {
  if (format !== undefined) return (fact) => format(plain(fact), true);
  return output === 'wide' ? wideLineOf : lineOf;
};

const showLog = async (io: Io, options: ShowOptions): Promise<void> => {
  const now = io.clock.wall();
  const following = options.follow === true || options.watch === true;
  const { at, since } = readTimes({ ...options, watch: following }, now);
  const format = await documentFormat(options.output);
  await withArchive(io, options, async ({ log }) => {
    for (const moment of [at, since]) if (moment !== undefined) requireKept(log, moment);
    const wanted = filterOf(options);
    const print = printer(options, format);
    const show = (fact: RecordedFact): void => {
      const inWindow = at === undefined || upTo(fact, at);
      const recent = since === undefined || sinceThen({ changedAt: fact.at, position: fact.position }, since);
      if (inWindow && recent && wanted(fact)) io.stdout.write(print(fact));
    };
    let seen = 0;
    for (const fact of log.read(since?.kind === 'seq' ? { after: since.seq - 1 } : {})) {
      show(fact);
      seen = fact.position;
    }
    if (!following) return;
    const showAll = (facts: readonly RecordedFact[]): boolean => {
      facts.forEach(show);
      return false;
    };
    await follow(log, seen, showAll, io.interrupted());
  });
};

const known = (subject: string): string => {
  if (nonEmpty(subject).split('.').length > 1) return subject;
  throw new Failure('E_USAGE', `--subject ${subject} is not a subject`, {
    next: "write one with its dots, such as 'vipcast.*.*.vip.web' or 'vipcast.prod.n7.>'",
  });
};

/** `vipcast log`, and what else can be done with a log. */
export const addLog = (program: Command, io: Io): void => {
  const log = withView(program.command('log'))
    .description('the facts themselves, oldest first; -o json is one object a line')
    .option('-f, --follow', 'go on with facts as they are written')
    .addOption(new Option('--subject <subject>', 'these facts only; * and > as on NATS').argParser(known))
    .enablePositionalOptions()
    .action((options: ShowOptions) => showLog(io, options));
  addLogVerify(log, io);
  addLogExport(log, io);
};
