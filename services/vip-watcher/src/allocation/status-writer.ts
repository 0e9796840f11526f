import { type Clock, type Cluster, describeError, resourcePath, SERVICES } from '@vipcast/kubernetes';
import type { Assignment } from '@vipcast/vip/allocation';

/** The name that the API server notes beside what we wrote. */
export const FIELD_MANAGER = 'vipcast-allocator';

/** What writing statuses takes. */
export interface StatusWriterOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Asked right before each write. */
  readonly mayWrite: (assignment: Assignment) => boolean;
  readonly onWritten: (assignment: Assignment) => void;
  /** The API server will never take this. */
  readonly onRefused: (assignment: Assignment, because: string) => void;
  /** It does not take anything now; told when the reason changes. */
  readonly onTrouble: (because: string) => void;
}

/** Writes statuses, some at a time and of one Service one at a time. */
export interface StatusWriter {
  /** Replaces what was to be written for the same Service. */
  put(assignment: Assignment): void;
  /** Begins nothing more; resolves when nothing is under way. */
  finish(): Promise<void>;
  /** Begins nothing more, and ends what is under way. */
  abandon(): void;
}

const AT_A_TIME = 8;
/** A write that was begun ends before another leader can follow: its lease stands 5 s longer than ours. */
const [SERVER_TIMEOUT, TIMEOUT_MS] = ['4s', 4_500];
const [FIRST_PAUSE, LONGEST_PAUSE] = [250, 15_000];
/** The object itself is at fault, and trying again is of no use. */
const HOPELESS: readonly number[] = [400, 413, 422];
/** It has changed or is gone, which the watch will tell. */
const OVERTAKEN: readonly number[] = [404, 409];

/** Writes by merge patches that name the version they follow: nobody's newer word is overwritten. */
export const createStatusWriter = (options: StatusWriterOptions): StatusWriter => {
  const { cluster, clock, mayWrite, onWritten, onRefused, onTrouble } = options;
  const wishes = new Map<string, Assignment>();
  const underWay = new Map<string, Promise<void>>();
  const abort = new AbortController();
  let failures = 0;
  let told = '';
  let resting = false;
  let stopped = false;
  let stopResting = (): void => undefined;

  const rest = (retryAfter: number): void => {
    if (resting || stopped) return;
    resting = true;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++) * (0.5 + clock.random() / 2);
    stopResting = clock.after(Math.max(pause, retryAfter), () => {
      resting = false;
      pump();
    });
  };

  const write = async (assignment: Assignment): Promise<void> => {
    const { key, resourceVersion, ingress } = assignment;
    const [namespace, name] = key.split('/');
    const answer = await cluster.request({
      method: 'PATCH',
      path: resourcePath(SERVICES, { namespace, name, subresource: 'status' }),
      patch: { type: 'merge', fieldManager: FIELD_MANAGER },
      query: { timeout: SERVER_TIMEOUT },
      body: { metadata: { resourceVersion }, status: { loadBalancer: { ingress } } },
      timeoutMs: TIMEOUT_MS,
      signal: abort.signal,
    });
    if (abort.signal.aborted) return;
    if (answer.ok) {
      [failures, told] = [0, ''];
      onWritten(assignment);
      return;
    }
    const { status, retryAfter = 0 } = answer.error;
    const because = describeError(answer.error);
    if (OVERTAKEN.includes(status)) return;
    if (HOPELESS.includes(status)) {
      onRefused(assignment, because);
      return;
    }
    if (because !== told) onTrouble(because);
    told = because;
    if (!stopped && !wishes.has(key)) wishes.set(key, assignment);
    rest(retryAfter);
  };

  const begin = (assignment: Assignment): void => {
    const { key } = assignment;
    const done = write(assignment).then(() => {
      underWay.delete(key);
      pump();
    });
    underWay.set(key, done);
  };

  const pump = (): void => {
    if (resting || stopped) return;
    for (const [key, assignment] of wishes) {
      if (underWay.size >= AT_A_TIME) return;
      if (underWay.has(key)) continue;
      wishes.delete(key);
      if (mayWrite(assignment)) begin(assignment);
    }
  };

  const stop = (): void => {
    stopped = true;
    stopResting();
    wishes.clear();
  };

  return {
    put: (assignment) => {
      if (stopped) return;
      wishes.set(assignment.key, assignment);
      pump();
    },
    finish: async () => {
      stop();
      await Promise.all(underWay.values());
    },
    abandon: () => {
      stop();
      abort.abort();
    },
  };
};
