import { escapeToken, nodeSubjects } from '@vipcast/events';
import type { ReplicationIdentity } from './settings.ts';

/** What things are called on NATS. */
export interface Names {
  /** The stream of facts, and the subjects in it. */
  readonly stream: string;
  readonly subjects: string;
  /** The subjects of the facts that are shipped from here. */
  readonly own: readonly string[];
  /** The stream of leases, and the subjects in it. */
  readonly leases: string;
  readonly leaseSubjects: string;
  readonly lease: string;
}

/** In whose name a lease is held: a node's, or that of a part of it, `n1/speaker`. */
export const holderOf = ({ node, part }: ReplicationIdentity): string =>
  part === undefined ? node : `${node}/${part.name}`;

/** Everything is named after the cluster, so that several may share one NATS. */
export const namesOf = (identity: ReplicationIdentity): Names => {
  const cluster = escapeToken(identity.cluster);
  const { subjects = ['>'] } = identity.part ?? {};
  return {
    stream: `vipcast-${cluster}`,
    subjects: `vipcast.${cluster}.>`,
    own: subjects.map((each) => nodeSubjects(identity) + each),
    leases: `vipcast-lease-${cluster}`,
    leaseSubjects: `vipcast-lease.${cluster}.*`,
    lease: `vipcast-lease.${cluster}.${escapeToken(holderOf(identity))}`,
  };
};
