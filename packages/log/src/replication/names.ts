import { formatSubject } from '@vipcast/events';
import type { ReplicationIdentity } from './settings.ts';

/** What things are called on NATS. */
export interface Names {
  /** The stream of facts, and the subjects in it. */
  readonly stream: string;
  readonly subjects: string;
  /** The subjects of this node's facts. */
  readonly own: string;
  /** The stream of leases, and the subjects in it. */
  readonly leases: string;
  readonly leaseSubjects: string;
  readonly lease: string;
}

/** Everything is named after the cluster, so that several may share one NATS. */
export const namesOf = (identity: ReplicationIdentity): Names => {
  // The two tokens as they stand in every fact's subject.
  const [, cluster, node] = formatSubject({ ...identity, aggregate: 'node', id: '' }).split('.');
  return {
    stream: `vipcast-${cluster}`,
    subjects: `vipcast.${cluster}.>`,
    own: `vipcast.${cluster}.${node}.>`,
    leases: `vipcast-lease-${cluster}`,
    leaseSubjects: `vipcast-lease.${cluster}.*`,
    lease: `vipcast-lease.${cluster}.${node}`,
  };
};
