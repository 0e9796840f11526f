import type { Log, Term } from '../log.ts';

/** How far this node's own writers came, asked of the journal only when what is remembered will not do. */
export interface OwnTerms {
  has(place: Term): boolean;
  /** At least the first epoch of this daemon: a writer of it may not have begun yet. */
  latestEpoch(writer: string): number;
  all(): readonly Term[];
}

/** @param floor this daemon's epochs lie above it */
export const createOwnTerms = (
  log: Pick<Log, 'terms'>,
  isOwn: (writer: string) => boolean,
  floor: number,
): OwnTerms => {
  const reached = new Map<string, Map<number, number>>();

  const read = (): readonly Term[] => {
    const known = log.terms().filter(({ writer }) => isOwn(writer));
    for (const { writer, epoch, n } of known) {
      const epochs = reached.get(writer) ?? new Map<number, number>();
      reached.set(writer, epochs.set(epoch, n));
    }
    return known;
  };

  const isReached = ({ writer, epoch, n }: Term): boolean => (reached.get(writer)?.get(epoch) ?? 0) >= n;

  return {
    has: (place) => {
      if (isReached(place)) return true;
      read();
      return isReached(place);
    },
    latestEpoch: (writer) => Math.max(floor + 1, ...(reached.get(writer)?.keys() ?? [])),
    all: read,
  };
};
