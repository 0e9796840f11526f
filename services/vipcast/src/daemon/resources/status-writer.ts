import type { ResourceCondition } from '@vipcast/config';
import {
  apiVersionOf,
  type Clock,
  type Cluster,
  describeError,
  resourcePath,
  standForElection,
} from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import { OUR_KINDS } from './kinds.ts';
import { conditionToWrite, says, type WrittenCondition } from './written-condition.ts';

/** A condition that is to stand on a resource, and the one that stands there. */
export interface WantedCondition {
  readonly uid: string;
  readonly wanted: ResourceCondition;
  readonly written: WrittenCondition | null;
}

/** What a writer of conditions needs. */
export interface StatusOptions {
  readonly cluster: Cluster;
  /** Where the Lease is. */
  readonly namespace: string;
  readonly node: string;
  /** Asked in each round. */
  readonly conditions: () => readonly WantedCondition[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Says on the resources what became of them, from one node of the cluster at a time. */
export interface StatusWriter {
  /** Something changed. */
  readonly look: () => void;
  readonly stop: () => Promise<void>;
}

const LEASE = 'vipcast-status';
/** Nobody waits for a status as for a route: a thousand nodes may ask for the Lease. */
const TIMES = { leaseMs: 30_000, renewMs: 20_000, retryMs: 10_000 };
/** What is said depends on files too, which tell nobody that they changed; and what failed is tried again. */
const ROUND_MS = 10_000;
const FIELD_MANAGER = 'vipcast';

/** Stands for the right to write, and writes what differs. Whatever fails waits for the next round. */
export const startStatusWriter = (options: StatusOptions): StatusWriter => {
  const { cluster, namespace, node, clock, logger } = options;
  let stopRound = (): void => undefined;
  let writing = false;
  let again = false;

  const write = async ({ uid, wanted, written }: WantedCondition): Promise<void> => {
    const of = OUR_KINDS.find(({ kind }) => kind === wanted.kind);
    if (of === undefined) return;
    const { name } = wanted;
    const answer = await cluster.request({
      method: 'PATCH',
      path: resourcePath(of, { name, subresource: 'status' }),
      patch: { type: 'apply', fieldManager: FIELD_MANAGER, force: true },
      body: {
        apiVersion: apiVersionOf(of),
        kind: of.kind,
        // Of an object by the same name that came later nothing is known yet: the server then answers with a conflict.
        metadata: { name, uid },
        status: { conditions: [conditionToWrite(wanted, written, clock.wall())] },
      },
    });
    if (!answer.ok && ![404, 409].includes(answer.error.status))
      logger.warn({ kind: of.kind, name }, `its status cannot be written: ${describeError(answer.error)}`);
  };

  const round = async (): Promise<void> => {
    again = writing;
    if (writing) return;
    writing = true;
    stopRound();
    for (const each of options.conditions())
      if (candidacy.isLeader() && !says(each.written, each.wanted)) await write(each);
    writing = false;
    if (candidacy.isLeader()) stopRound = clock.after(again ? 0 : ROUND_MS, () => void round());
  };

  const candidacy = standForElection(
    {
      ...{ cluster, namespace, name: LEASE, times: TIMES, clock },
      identity: `${node}-${clock.random().toString(36).slice(2, 10)}`,
    },
    {
      onStarted: () => void round(),
      onStopped: () => stopRound(),
    },
  );

  return {
    look: () => {
      if (candidacy.isLeader()) void round();
    },
    stop: () => {
      stopRound();
      return candidacy.stop();
    },
  };
};
