import type { Clock } from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import type { Silence } from '@vipcast/vip-watcher';
import type { Known, KnownResource } from './known.ts';
import type { Seen } from './view.ts';

/** As many lists after the first must find the same, so long apart in milliseconds: as for VIPs (decision 0010). */
const CONFIRMATIONS = 3;
const CONFIRM_MS = 30_000;

/** What a brake needs. */
export interface ListBrakeOptions {
  /** Of the resources that it keeps. */
  readonly kind: 'BGPPeer' | 'BGPAdvertisement';
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asks for everything to be listed again. */
  readonly relist: () => void;
}

/**
 * Keeps a list that is not what the cluster holds from ending most sessions at once, or from sending every VIP to every
 * peer: a store restored from an old backup, a kind that was deleted and installed again. What a watch tells to be
 * deleted was plainly deleted.
 */
export interface ListBrake {
  /**
   * Those that are not in what was seen and stay all the same.
   * @param isUsed - whether the one of this name concerns this node
   */
  keep(known: Known | undefined, isUsed: (name: string) => boolean, seen: Seen): readonly KnownResource[];
  /** Why some are held; `undefined` when none are. */
  held(): Silence | undefined;
  /** Holds nothing any more. */
  release(): void;
}

const referenceOf = ({ read }: Pick<KnownResource, 'read'>) => (read.ok ? read.resource : read);
const nameOf = (resource: Pick<KnownResource, 'read'>): string => referenceOf(resource).name;

/** Nothing is held at first. */
export const createListBrake = ({ kind, clock, logger, relist }: ListBrakeOptions): ListBrake => {
  const isOurs = (resource: Pick<KnownResource, 'read'>): boolean => referenceOf(resource).kind === kind;
  let held: readonly KnownResource[] = [];
  let reason: Silence | undefined;
  let confirmations = 0;
  let stopWaiting = (): void => undefined;

  const release = (): void => {
    stopWaiting();
    [held, reason, confirmations] = [[], undefined, 0];
  };

  const letGo = (because: string): readonly KnownResource[] => {
    if (reason !== undefined) logger.warn({ because }, `${kind}s are held no more`);
    release();
    return held;
  };

  const hold = (lost: readonly KnownResource[], of: number): readonly KnownResource[] => {
    const names = lost.map(nameOf).join(', ');
    const because = `the API server no longer lists ${lost.length} of ${of} ${kind}s, and nobody was seen to delete them: ${names}`;
    if (because !== reason?.because) {
      logger.warn({ because }, `${kind}s are held: they stay until more lists say the same`);
      reason = { because, since: reason?.since ?? clock.wall() };
    }
    held = lost;
    return held;
  };

  return {
    keep: (known, isUsed, { resources, deleted, absent, first }) => {
      const used = (known?.resources ?? []).filter(
        (each) => each.taken !== null && isOurs(each) && isUsed(nameOf(each)),
      );
      const names = new Set(resources.filter(isOurs).map(nameOf));
      const lost = used.filter((each) => !names.has(nameOf(each)) && !deleted.has(each.uid));
      if (lost.length === 0) return letGo('they were seen again, or deleted');
      if (absent.has(kind)) return letGo('the cluster has no such kind');
      const wasHeld = lost.some(({ uid }) => held.some((each) => each.uid === uid));
      if (!wasHeld && lost.length * 2 <= used.length) return [];
      if (wasHeld && first && ++confirmations >= CONFIRMATIONS)
        return letGo(`${CONFIRMATIONS} more lists in a row do not show them`);
      if (!wasHeld || first) {
        stopWaiting();
        stopWaiting = clock.after(CONFIRM_MS, relist);
      }
      return hold(lost, used.length);
    },
    held: () => reason,
    release,
  };
};
