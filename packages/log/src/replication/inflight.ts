/** Facts that were sent and not yet acknowledged, in the order of their positions. */
export interface Inflight {
  add(position: number, bytes: number, now: number): number;
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
  let next = 0;
  let bytes = 0;
  return {
    add: (position, length, now) => {
      next += 1;
      bytes += length;
      sent.set(next, { position, bytes: length, sentAt: now });
      return next;
    },
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
