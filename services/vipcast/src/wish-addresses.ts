import { EXIT } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { atDesk, type Desk, type WishOptions } from './wish.ts';
import { type AddressProgress, type AddressWish, addressProgress } from './wish-progress.ts';

const TYPES = { announce: 'operator.AnnounceRequested', withdraw: 'operator.WithdrawRequested' } as const;

/** True when a VIP of the node has the address, or an operator has asked for it and nobody has answered yet. */
const isKnown = ({ node, network }: Desk, address: string): boolean =>
  [...node.vips.values()].some(({ fact }) => fact.data.addresses.includes(address)) ||
  [...network.causes.values()].some(
    (fact) => fact.type === 'operator.AnnounceRequested' && fact.data.addresses.includes(address),
  );

const requireKnown = (desk: Desk, addresses: readonly string[]): void => {
  const unknown = addresses.filter((address) => !isKnown(desk, address));
  if (unknown.length > 0)
    throw new Failure('E_NOT_FOUND', `no VIP of ${desk.node.name} has ${unknown.join(', ')}`, {
      next: `vipcast vips --node ${desk.node.name}`,
    });
};

/** What is wrong once the waiting is over; nothing when everything came true. */
const shortfall = (
  { undecided, tellings, refusals }: AddressProgress,
  kind: AddressWish,
  seq: number,
): Failure | undefined => {
  const all = [...tellings.values()];
  const refused = [
    ...refusals,
    ...all.flatMap(({ peer, refused }) => refused.map((text) => `${peer} is not told ${text}`)),
  ];
  if (refused.length > 0) return new Failure('E_REFUSED', refused.join('; '));
  if (undecided.size > 0)
    return new Failure(
      'E_NO_ANSWER',
      `nothing was decided about ${[...undecided].join(', ')}; the wish is recorded (seq ${seq})`,
    );
  const late = all.filter(({ waiting }) => waiting.size > 0);
  if (late.length === 0) return undefined;
  const names = late.map(({ peer, waiting }) => `${peer} (${[...waiting].join(', ')})`).join(', ');
  return new Failure('E_NOT_TOLD', `decided to ${kind}, and not yet told: ${names}`);
};

/**
 * Records the wish to announce or withdraw addresses and waits for its effect, with a line for each peer that was
 * told.
 * @throws Failure when nobody listens, the wish is refused, or time runs out
 */
export const wishForAddresses = (
  io: Io,
  kind: AddressWish,
  addresses: readonly string[],
  options: WishOptions,
): Promise<void> =>
  atDesk(io, options, async (desk) => {
    if (kind === 'withdraw') requireKnown(desk, addresses);
    const wish = desk.append({
      type: TYPES[kind],
      of: desk.by,
      data: { by: desk.by, addresses: [...addresses] },
    });
    if (!(await desk.ring()))
      throw new Failure(
        'E_DAEMON_UNREACHABLE',
        `the wish is recorded (seq ${wish.position}) and takes effect when the daemon of ${desk.node.name} starts`,
        { likely: 'no daemon listens at this log' },
      );
    const progress = addressProgress(wish, kind, addresses, desk.node, {
      decided: (line) => io.stderr.write(`${line}\n`),
      told: (line) => io.stdout.write(`${line}\n`),
    });
    await desk.watch(progress);
    const wrong = shortfall(progress, kind, wish.position);
    if (wrong !== undefined) throw wrong;
    if (progress.tellings.size === 0)
      io.stderr.write('no peer has to be told now: no session is up, or none knew of it\n');
    io.finish(EXIT.fine);
  });
