import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type Access,
  type Clock,
  type Cluster,
  loadAccess,
  openCluster,
  systemClock,
} from '@vipcast/kubernetes';

/** How the API server is found. */
export interface ConnectionOptions {
  /** `null`: the Pod's own service account. */
  readonly kubeconfig: string | null;
  /** Of vipcast, for the server's audit log. */
  readonly version: string;
  readonly clock?: Clock;
  /** A way in was found. The one before is closed after this returns. */
  readonly onOpen: (cluster: Cluster, access: Access) => void;
  /** There is none, and why; told when the reason changes. */
  readonly onTrouble: (because: string) => void;
  /** Asked now and then: whether the kubeconfig may have been replaced, since the server is not heard. */
  readonly inDoubt: () => boolean;
}

/** A search for the API server that goes on until it is stopped. */
export interface Connection {
  stop(): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const DOUBT_INTERVAL = 5_000;

/** What a file holds, as far as it matters whether that changed; '' when it cannot be read. */
const digestOf = async (file: string | null): Promise<string> => {
  try {
    return file === null
      ? ''
      : createHash('sha256')
          .update(await readFile(file))
          .digest('hex');
  } catch {
    return '';
  }
};

/**
 * Finds the API server and tells of it, and again when the kubeconfig was replaced while the server is not heard. What
 * the kubeconfig points to, certificates and tokens, is read anew by the connection itself.
 */
export const connect = (options: ConnectionOptions): Connection => {
  const { kubeconfig, version, clock = systemClock, onOpen, onTrouble, inDoubt } = options;
  let cluster: Cluster | undefined;
  let digest = '';
  let failures = 0;
  let told = '';
  let stopped = false;
  let cancel = (): void => undefined;

  const plan = (ms: number): void => {
    cancel = clock.after(ms, () => void look());
  };

  const fail = (because: string): void => {
    if (because !== told) onTrouble(because);
    told = because;
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++);
    plan(longest * (0.5 + clock.random() / 2));
  };

  const look = async (): Promise<void> => {
    if (cluster !== undefined && !inDoubt()) return plan(DOUBT_INTERVAL);
    const now = await digestOf(kubeconfig);
    if (stopped) return;
    if (cluster !== undefined && (now === digest || now === '')) return plan(DOUBT_INTERVAL);
    const answer = await loadAccess({ ...(kubeconfig === null ? {} : { kubeconfig }), clock });
    if (stopped) return;
    if (!answer.ok) return fail(answer.problem.message);
    const before = cluster;
    cluster = openCluster(answer.access, { version, clock });
    [digest, failures, told] = [now, 0, ''];
    onOpen(cluster, answer.access);
    before?.close();
    plan(DOUBT_INTERVAL);
  };

  void look();
  return {
    stop: () => {
      stopped = true;
      cancel();
      cluster?.close();
    },
  };
};
