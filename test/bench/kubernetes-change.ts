import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../interop/poll.ts';
import type { Cluster } from '../kubernetes/api-server.ts';
import { pathOf } from '../kubernetes/object.ts';
import { openAsker } from './kubernetes-asker.ts';
import { startKubernetesDaemon } from './kubernetes-daemon.ts';
import { type Load, serviceAddress, slicesOf } from './kubernetes-load.ts';
import { startPlainWatcher } from './kubernetes-watcher.ts';
import type { Change } from './receivers/protocol.ts';
import { startReceivers } from './receivers/receivers.ts';
import { milliseconds } from './statistics.ts';

/** Milliseconds until the bytes of a change were at the receiver. */
export interface KubernetesLatencies {
  /** Since a plain watcher had the event. */
  readonly sinceEvent: readonly number[];
  /** Since the API server had answered the write. */
  readonly sinceAnswered: readonly number[];
  /** Since the write was sent. */
  readonly sinceSent: readonly number[];
}

const WARM_UP = 100;
const PAUSE = 3;
const TIMEOUT = 10_000;
const PATIENCE = 60_000;

/** The next change of an address, at the receiver. */
const changesAt = () => {
  const waiting = new Map<string, (change: Change) => void>();
  return {
    arrive: (change: Change): void => waiting.get(change.address)?.(change),
    next: async (address: string, logs: () => string): Promise<Change> => {
      const { promise, resolve, reject } = Promise.withResolvers<Change>();
      const late = setTimeout(
        () => reject(new Error(`nothing of ${address} within ${TIMEOUT} ms\n${logs()}`)),
        TIMEOUT,
      );
      waiting.set(address, resolve);
      return promise.finally(() => clearTimeout(late));
    },
  };
};

/**
 * The only endpoint of a Service goes and comes back, of one Service after the other: it is not ready any more, or it is
 * gone from the slice.
 */
export const runKubernetesChange = async (
  cluster: Cluster,
  load: Load,
  count: number,
): Promise<KubernetesLatencies> => {
  await using receivers = await startReceivers({ count: 1, held: false });
  await using daemon = await startKubernetesDaemon({
    peers: receivers.peers,
    kubeconfig: cluster.kubeconfig,
  });
  const changes = changesAt();
  const announced = new Set<string>();
  await receivers.watch((change) => {
    announced.add(change.address);
    changes.arrive(change);
  });
  const words = { what: 'all Services to be announced', timeout: PATIENCE, explain: daemon.logs };
  await until(() => announced.size >= load.services, words);
  using watcher = await startPlainWatcher(cluster);
  using ask = openAsker(cluster);
  const latencies = { sinceEvent: [] as number[], sinceAnswered: [] as number[], sinceSent: [] as number[] };
  for (let i = 0; i < WARM_UP + count; i++) {
    const index = (i >> 1) % load.services;
    const comes = i % 2 === 1;
    const [slice] = slicesOf(index, load);
    const there = slice!.endpoints as readonly object[];
    const away = index % 2 === 0 ? [] : there.map((each) => ({ ...each, conditions: { ready: false } }));
    const heard = changes.next(serviceAddress(index, 'IPv4'), daemon.logs);
    const sent = process.hrtime.bigint();
    const answer = ask
      .merge(pathOf(slice!), { endpoints: comes ? there : away })
      .then(() => process.hrtime.bigint());
    const [answered, event, change] = await Promise.all([answer, watcher.next(), heard]);
    if (change.announced !== comes) throw new Error('an UPDATE says the opposite of what happened');
    if (i >= WARM_UP) {
      latencies.sinceEvent.push(milliseconds(event, change.at));
      latencies.sinceAnswered.push(milliseconds(answered, change.at));
      latencies.sinceSent.push(milliseconds(sent, change.at));
    }
    // Facts and Events are still being written, which are no part of this change nor of the next.
    await delay(PAUSE);
  }
  return latencies;
};
