import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type WishOptions, withWish } from '../wish.ts';
import { drainNode } from '../wish-drain.ts';

/** Routers first get time to turn to other nodes: ten seconds, unless the configuration says otherwise. */
const TIMEOUT = 60_000;

/** `vipcast drain`. */
export const addDrain = (program: Command, io: Io): void => {
  withWish(program.command('drain'), TIMEOUT)
    .description(
      'asks the daemon to give up its VIPs, first less preferred and then withdrawn, and waits until every peer was told',
    )
    .option('--force', 'although no other node announces them')
    .action((options: WishOptions & { readonly force?: boolean }) => drainNode(io, options));
};
