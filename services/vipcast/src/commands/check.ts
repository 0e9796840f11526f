import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ResourceOptions } from '../check-resources.ts';
import type { Io } from '../io.ts';
import { type JournalOptions, nonEmpty, withJournal } from '../options.ts';

const labels = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    nonEmpty(text)
      .split(',')
      .map((pair) => {
        const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
        if (key === undefined || value === undefined)
          throw new InvalidArgumentError('Labels are zone=a,rack=r7.');
        return [key, value];
      }),
  );

/** `vipcast check FILE`. A file that is not valid is a negative answer: exit 1. */
export const addCheck = (program: Command, io: Io): void => {
  withJournal(program.command('check'))
    .description('validates a configuration and prints what it would change; exit 1 if it is not valid')
    .argument('<file>', 'the configuration, or - for standard input', nonEmpty)
    .option('--resources <file...>', 'manifests with BGPPeers, BGPAdvertisements and VIPPools to merge in')
    .addOption(
      new Option('--node-labels <labels>', 'labels of the node that their nodeSelectors see').argParser(
        labels,
      ),
    )
    .action(async (file: string, options: JournalOptions & ResourceOptions) =>
      (await import('../check.ts')).check(io, file, options),
    );
};
