import { EXIT } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { atDesk, type Desk, type WishOptions } from './wish.ts';
import { type DrainProgress, type DrainWish, drainProgress } from './wish-drain-progress.ts';
import { describeOnlyHere, onlyHere } from './wish-only-here.ts';

const TYPES = { drain: 'operator.DrainRequested', undrain: 'operator.UndrainRequested' } as const;

const requireOthers = (io: Io, { node, network, gone, shared }: Desk): void => {
  if (!shared) {
    io.stderr.write('whether other nodes announce its VIPs is not known here: this log is not shared\n');
    return;
  }
  const because = describeOnlyHere(onlyHere(network, node, gone));
  if (because !== undefined)
    throw new Failure('E_REFUSED', because, {
      likely: `${node.name} is the last one`,
      next: 'vipcast drain --force',
    });
};

/** What is wrong once the waiting is over; nothing when it came true. */
const shortfall = (
  { refused, started, settled, late }: DrainProgress,
  { node }: Desk,
  seq: number,
): Failure | undefined => {
  const because = refused();
  if (because !== undefined) return new Failure('E_REFUSED', because, { next: 'vipcast status' });
  if (settled() === undefined)
    return started() === undefined
      ? new Failure('E_NO_ANSWER', `${node.name} has not answered; the wish is recorded (seq ${seq})`)
      : new Failure('E_NOT_TOLD', `${node.name} is still draining`, {
          likely: 'its drain time is longer than --timeout',
          next: 'vipcast status',
        });
  const peers = late();
  return peers.length === 0
    ? undefined
    : new Failure('E_NOT_TOLD', `decided, and not yet told: ${peers.join(', ')}`);
};

const wishForNode = async (io: Io, kind: DrainWish, desk: Desk): Promise<void> => {
  const wish = desk.append({ type: TYPES[kind], of: desk.by, data: { by: desk.by } });
  if (!(await desk.ring()))
    throw new Failure(
      'E_DAEMON_UNREACHABLE',
      `the wish is recorded (seq ${wish.position}) and takes effect when the daemon of ${desk.node.name} starts`,
      { likely: 'no daemon listens at this log' },
    );
  const progress = drainProgress(wish, kind, desk.node, {
    decided: (line) => io.stderr.write(`${line}\n`),
    told: (line) => io.stdout.write(`${line}\n`),
  });
  await desk.watch(progress);
  const wrong = shortfall(progress, desk, wish.position);
  if (wrong !== undefined) throw wrong;
  io.finish(EXIT.fine);
};

/**
 * Records the wish to drain a node and waits until its routers no longer hear of its VIPs. Of a drained node it comes
 * true at once.
 * @throws Failure when no other node announces its VIPs and nothing is forced, nobody listens, or time runs out
 */
export const drainNode = (io: Io, options: WishOptions & { readonly force?: boolean }): Promise<void> =>
  atDesk(io, options, async (desk) => {
    if (options.force !== true && desk.node.drain === undefined) requireOthers(io, desk);
    await wishForNode(io, 'drain', desk);
  });

/**
 * Records the wish to undrain a node and waits until its routers hear of its VIPs again.
 * @throws Failure when somebody else still wants it drained, nobody listens, or time runs out
 */
export const undrainNode = (io: Io, options: WishOptions): Promise<void> =>
  atDesk(io, options, (desk) => wishForNode(io, 'undrain', desk));
