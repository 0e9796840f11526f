import { parseSubject } from '@vipcast/events';
import type { Link } from './connection.ts';

/** Who is held to be gone. */
export interface Presence {
  /** Nodes without a lease, and since when, in milliseconds since 1970. */
  gone(): ReadonlyMap<string, number>;
  stop(): void;
}

const LOOK = 2000;
/** Answers without a node's lease until it is held to be gone: a new stream has none for as long as a renewal takes. */
const ABSENCES = 3;

/** The node in `vipcast-lease.<cluster>.<node>`, and in `n1/speaker`, a service of it that runs apart: it is there with any of them. */
const holderOf = (subject: string): string => {
  const [, cluster, node] = subject.split('.');
  const [holder = ''] = (parseSubject(`vipcast.${cluster}.${node}.node._`)?.node ?? '').split('/');
  return holder;
};

/**
 * Watches the leases of the nodes that the log knows. Without an answer nobody is held to be gone. The first answer
 * counts at once if anybody has a lease: nobody has one only where the leases' stream is new.
 */
export const watchPresence = async (
  { jsm, leases }: Link,
  nodes: () => Iterable<string>,
): Promise<Presence> => {
  const gone = new Map<string, number>();
  const absences = new Map<string, number>();

  const look = async (enough: number): Promise<void> => {
    const { state } = await jsm.streams.info(leases, { subjects_filter: '>' });
    const holders = new Set(Object.keys(state.subjects ?? {}).map(holderOf));
    for (const node of nodes()) {
      const absent = holders.has(node) ? 0 : (absences.get(node) ?? 0) + 1;
      absences.set(node, absent);
      if (absent === 0) gone.delete(node);
      else if (absent >= (holders.size > 0 ? enough : ABSENCES) && !gone.has(node))
        gone.set(node, Date.now());
    }
  };

  await look(1).catch(() => undefined);
  const timer = setInterval(() => void look(ABSENCES).catch(() => undefined), LOOK);
  // A connection that ends is not to leave a process running.
  timer.unref();
  return { gone: () => gone, stop: () => clearInterval(timer) };
};
