import { existsSync } from 'node:fs';
import { type Config, formatPlan, planChange } from '@vipcast/config';
import type { RecordedFact } from '@vipcast/events';
import { mergeManifests, type ResourceOptions } from './check-resources.ts';
import { notValid, readConfig, readText } from './configuration-file.ts';
import { counted } from './counted.ts';
import { mergeKnown, mergeUnheard, wantsResources } from './daemon/resources/known.ts';
import { recallResources } from './daemon/resources/memory.ts';
import { secretProblems } from './daemon/secrets.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { openToRead } from './journal.ts';
import type { JournalOptions } from './options.ts';
import { formatTime } from './time.ts';

type Applied = RecordedFact<'node.ConfigApplied'>;

/** The configuration that a node runs by, as its log says. */
const lastApplied = async (io: Io, journal: string, node: string): Promise<Applied | undefined> => {
  if (!existsSync(journal)) return undefined;
  const log = await openToRead(io, { journal });
  try {
    for (const fact of log.read({ aggregates: ['node'], reverse: true }))
      if (fact.type === 'node.ConfigApplied' && fact.data.config.node === node) return fact;
    return undefined;
  } finally {
    log.close();
  }
};

/**
 * Looks into the password files. One that cannot be read here only earns a warning: it may yet be created, or be for
 * the daemon's eyes alone.
 */
const checkSecrets = (io: Io, file: string, text: string, config: Config): void => {
  const problems = secretProblems(file, text, config);
  for (const { message, unreadable } of problems)
    io.stderr.write(`${unreadable ? 'warning: ' : ''}${message}\n`);
  const errors = problems.filter(({ unreadable }) => !unreadable);
  if (errors.length > 0) throw notValid(file, errors.length);
};

/** A configuration as the node of this journal would have it, with the resources that it last knew of. */
const withRecalled = (io: Io, config: Config, journal: string): Config => {
  if (!wantsResources(config)) return config;
  const known = recallResources(journal);
  if (known === undefined) return mergeUnheard(config);
  io.stderr.write(
    `note: with ${counted(known.resources.length, 'resource')} of Kubernetes, as ${config.node} last saw them\n`,
  );
  return mergeKnown(config, known).config;
};

const notAccepted = (refused: number): Failure =>
  new Failure(
    'E_CONFIG_INVALID',
    `${refused === 1 ? '1 resource' : `${refused} resources`} would be refused`,
    {
      next: 'correct what is said above; the others take part all the same',
    },
  );

/**
 * Validates a configuration, with resources of Kubernetes if manifests are given, and prints what it would change.
 * @throws Failure when it cannot be read or is not valid, or a resource is not
 */
export const check = async (
  io: Io,
  file: string,
  options: JournalOptions & ResourceOptions,
): Promise<void> => {
  const text = await readText(io, file);
  const fromFile = readConfig(io, file, text);
  checkSecrets(io, file, text, fromFile);
  const journal = options.journal ?? (io.env.VIPCAST_JOURNAL || fromFile.log.journal);
  const applied = await lastApplied(io, journal, fromFile.node);
  const { config, refused } =
    applied === undefined || options.resources?.length
      ? await mergeManifests(io, fromFile, options)
      : { config: withRecalled(io, fromFile, journal), refused: 0 };
  const against =
    applied === undefined
      ? `nothing: no configuration of ${config.node} is in ${journal}`
      : `what runs since ${formatTime(applied.at)} (seq ${applied.position})`;
  io.stderr.write(`${file} is valid; the plan, against ${against}:\n`);
  const before = applied === undefined ? null : (applied.data.config as unknown as Config);
  io.stdout.write(formatPlan(planChange(before, config)));
  if (refused > 0) throw notAccepted(refused);
};
