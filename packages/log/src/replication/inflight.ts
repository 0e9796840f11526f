/** Facts that were sent and not yet acknowledged, in the order of their positions. */
export interface Inflight {
  /** Its key is the one that `nextKey` was. */
  add(position: number, bytes: number, now: number): void;
  nextKey(): number;
  /** Gives false for a key that is not in flight. */
  acknowledge(key: number): boolean;
  size(): number;
  bytes(): number;
  /** Position of the oldest one; `undefined` when all are acknowledged. */
  oldest(): { readonly position: number; readonly sentAt: number } | undefined;
  clear(): void;
}

/** An empty set. */
export const createInflight = (): Inflight => {
  const sent = new Map<number, { position: number; bytes: number; sentAt: number }>();
  let next = 1;
  let bytes = 0;
  return {
    add: (position, length, now) => {
      bytes += length;
      sent.set(next, { position, bytes: length, sentAt: now });
      next += 1;
    },
    nextKey: () => next,
    acknowledge: (key) => {
      bytes -= sent.get(key)?.bytes ?? 0;
      return sent.delete(key);
    },
    size: () => sent.size,
    bytes: () => bytes,
    oldest: () => sent.values().next().value,
    clear: () => {
      sent.clear();
      bytes = 0;
    },
  };
};
