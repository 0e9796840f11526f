import { type Command, InvalidArgumentError, Option } from 'commander';

/** Where the log is. */
export interface JournalOptions {
  readonly journal?: string;
  readonly config?: string;
}

/** Where the log is that is only read: a journal, or a cluster's stream. */
export interface LogOptions extends JournalOptions {
  /** URLs of servers. */
  readonly nats?: readonly string[];
  readonly cluster?: string;
  readonly credentials?: string;
  readonly ca?: string;
}

/** Of whom an answer is. */
export interface ScopeOptions extends LogOptions {
  readonly node?: string;
  readonly peer?: string;
}

/** What every view takes. */
export interface ViewOptions extends ScopeOptions {
  readonly at?: string;
  readonly since?: string;
  readonly until?: string;
  readonly watch?: boolean;
  readonly output: Format;
}

/** How an answer is written. */
export type Format = (typeof FORMATS)[number];

const FORMATS = ['table', 'wide', 'json', 'yaml'] as const;

/** The value of an option or argument that names something; an empty one is a variable that was not set. */
export const nonEmpty = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  if (text.startsWith('-') && text !== '-') throw new InvalidArgumentError('The value is missing.');
  return text;
};

const named = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(nonEmpty);

/** Adds the flags that say which log is meant. */
export const withJournal = (command: Command): Command =>
  command
    .addOption(named('--journal <file>', 'the log: a journal, or a copy of one (default: $VIPCAST_JOURNAL)'))
    .addOption(named('-c, --config <file>', 'a configuration that names the journal'));

const servers = (text: string): readonly string[] => nonEmpty(text).split(',').map(nonEmpty);

/** Adds the flags that say which log is read, of one node or of a whole cluster. */
export const withLog = (command: Command): Command =>
  withJournal(command)
    .addOption(
      new Option('--nats <url>', "the log: the whole cluster's, from NATS (several with commas)")
        .argParser(servers)
        .conflicts(['journal', 'config']),
    )
    .addOption(named('--cluster <name>', 'with --nats: which cluster (default: default)'))
    .addOption(named('--credentials <file>', 'with --nats: an nkey seed or a .creds file'))
    .addOption(named('--ca <file>', 'with --nats: the authorities that servers are checked against'));

/** Adds the flags that say of whom an answer is. */
export const withScope = (command: Command): Command =>
  withLog(command)
    .addOption(named('--node <name>', 'of this node only'))
    .addOption(named('--peer <name>', 'of this peer only'));

/** Adds the flag that says how to print. */
export const withOutput = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS).default('table'));

/** Adds the flags that every view has. */
export const withView = (command: Command): Command =>
  withOutput(
    withScope(command)
      .option('--at <time>', 'as it was then: -15m, 2026-11-23T09:41:07Z, seq:48211')
      .option('--since <time>', 'only what changed since then')
      .option('--until <time>', 'up to then')
      .option('-w, --watch', 'print again on every change'),
  );
