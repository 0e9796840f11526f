import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { readVipAddresses } from '../vip-address.ts';
import { type WishOptions, withWish } from '../wish.ts';
import { wishForAddresses } from '../wish-addresses.ts';

/** `vipcast withdraw ADDRESS…`. */
export const addWithdraw = (program: Command, io: Io): void => {
  withWish(program.command('withdraw'))
    .description(
      'asks the daemon to withdraw the VIPs of these addresses, and waits until every peer was told',
    )
    .argument('<address...>', 'IPv4 or IPv6 addresses')
    .action((addresses: string[], options: WishOptions) =>
      wishForAddresses(io, 'withdraw', readVipAddresses(addresses), options),
    );
};
