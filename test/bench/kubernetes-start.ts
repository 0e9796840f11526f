import { readFileSync } from 'node:fs';
import type { Cluster } from '../kubernetes/api-server.ts';
import { startKubernetesDaemon } from './kubernetes-daemon.ts';
import type { Load } from './kubernetes-load.ts';
import { type Memory, settledMemory } from './memory.ts';
import { startReceivers } from './receivers/receivers.ts';
import { milliseconds } from './statistics.ts';

/** What one start showed. */
export interface KubernetesStart {
  /** Milliseconds from the start of the process to the last prefix at the router. */
  readonly announced: number;
  /** To the session in Established. */
  readonly established: number;
  readonly memory: Memory;
  /** The most that was ever resident, in megabytes. */
  readonly peak: number;
}

const peakMemory = (pid: number): number =>
  (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;

/** Starts a daemon that knows nothing, and waits until the router was told of all Services. */
export const runKubernetesStart = async (cluster: Cluster, load: Load): Promise<KubernetesStart> => {
  await using receivers = await startReceivers({ count: 1, held: false });
  const { arrived } = await receivers.expect('announced', load.services);
  await using daemon = await startKubernetesDaemon({
    peers: receivers.peers,
    kubeconfig: cluster.kubeconfig,
  });
  const established = await receivers.established();
  const [received] = await arrived;
  const memory = await settledMemory(daemon.pid);
  return {
    announced: milliseconds(daemon.begun, received!.last),
    established: milliseconds(daemon.begun, established),
    memory,
    peak: peakMemory(daemon.pid),
  };
};
