import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type WishOptions, withWish } from '../wish.ts';
import { undrainNode } from '../wish-drain.ts';

/** `vipcast undrain`. */
export const addUndrain = (program: Command, io: Io): void => {
  withWish(program.command('undrain'))
    .description('asks the daemon to take up its VIPs again, and waits until every peer was told')
    .action((options: WishOptions) => undrainNode(io, options));
};
