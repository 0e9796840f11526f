import { parseSubject, type RecordedFact } from '@vipcast/events';
import { describeFact, peersOf } from '@vipcast/views';
import { EXIT } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { atDesk, type Desk, type Progress, type WishOptions } from './wish.ts';

interface ResetProgress extends Progress {
  /** The end of the old session. */
  closed(): RecordedFact | undefined;
  established(): RecordedFact | undefined;
  refused(): string | undefined;
}

const resetProgress = (wish: RecordedFact, peer: string, node: string): ResetProgress => {
  let closed: RecordedFact | undefined;
  let established: RecordedFact | undefined;
  let refused: string | undefined;
  return {
    closed: () => closed,
    established: () => established,
    refused: () => refused,
    take: (fact) => {
      if (
        fact.type === 'operator.Refused' &&
        (fact.data.request === wish.id || fact.correlationId === wish.id)
      )
        refused = fact.data.because;
      if (parseSubject(fact.subject)?.node !== node) return;
      if (fact.type === 'session.Closed' && fact.correlationId === wish.id) closed ??= fact;
      if (fact.type === 'session.Established' && fact.data.peer === peer && fact.position > wish.position)
        established ??= fact;
    },
    isDone: () => refused !== undefined || established !== undefined,
    missing: () => `${peer} to ${closed === undefined ? 'be reset' : 'be Established again'}`,
  };
};

const requireConfigured = ({ node }: Desk, peer: string): void => {
  const names = peersOf(node).map((selected) => selected.peer.name);
  if (!names.includes(peer))
    throw new Failure('E_NOT_FOUND', `no peer of ${node.name} is called ${peer}`, {
      likely: `known are: ${names.join(', ') || 'none'}`,
      next: 'vipcast peers',
    });
};

/**
 * Records the wish to reset a session and waits until it is up again.
 * @throws Failure when nobody listens, the peer is not known, or nothing happens in time
 */
export const resetPeer = (io: Io, peer: string, options: WishOptions): Promise<void> =>
  atDesk(io, options, async (desk) => {
    requireConfigured(desk, peer);
    // Without a daemon there is no session, and one that starts later begins anew anyway.
    if (!(await desk.ring()))
      throw new Failure('E_DAEMON_UNREACHABLE', `there is nothing to reset: no daemon listens at this log`);
    const wish = desk.append({ type: 'operator.ResetRequested', of: desk.by, data: { by: desk.by, peer } });
    await desk.ring();
    const wasUp = desk.node.peers.get(peer)?.established !== undefined;
    const progress = resetProgress(wish, peer, desk.node.name);
    await desk.watch(progress);
    const [refused, closed, established] = [progress.refused(), progress.closed(), progress.established()];
    if (refused !== undefined) throw new Failure('E_REFUSED', refused, { next: 'vipcast peers' });
    for (const fact of [closed, established])
      if (fact !== undefined) io.stdout.write(`${peer}  ${describeFact(fact)} (seq ${fact.position})\n`);
    if (wasUp && closed === undefined && established === undefined)
      throw new Failure(
        'E_NO_ANSWER',
        `${peer} was not reset in time; the wish is recorded (seq ${wish.position})`,
      );
    if (established === undefined)
      io.stderr.write(`${peer} is not Established yet: vipcast peers ${peer} -w\n`);
    io.finish(EXIT.fine);
  });
