import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { nonEmpty } from '../options.ts';
import { type WishOptions, withWish } from '../wish.ts';
import { resetPeer } from '../wish-reset.ts';

/** `vipcast reset PEER`. */
export const addReset = (program: Command, io: Io): void => {
  withWish(program.command('reset'))
    .description('asks the daemon to end the session with a peer and begin it anew, and waits for both')
    .argument('<peer>', 'the name of the peer', nonEmpty)
    .action((peer: string, options: WishOptions) => resetPeer(io, peer, options));
};
