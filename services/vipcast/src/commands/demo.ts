import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';

const parseSeconds = (text: string): number => {
  const seconds = /^(\d+)s?$/.exec(text)?.[1];
  if (seconds === undefined) throw new InvalidArgumentError('give seconds, such as 20s');
  return Number(seconds);
};

/** `vipcast demo`: no root, nothing installed, nothing to configure. */
export const addDemo = (program: Command, io: Io): void => {
  program
    .command('demo')
    .description('runs three nodes, a log and a router on this machine, without root')
    .option('--for <seconds>', 'end by itself after this long, such as 20s', parseSeconds)
    .action(async (options: { for?: number }) => (await import('../demo/demo.ts')).demo(io, options));
};
