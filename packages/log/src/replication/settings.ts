import type { NatsAccess } from '@vipcast/nats';
import type { NatsConnection } from 'nats';

/** Where NATS is, how to get in, and what is kept there. */
export interface NatsSettings extends NatsAccess {
  /** Wanted copies of the stream. */
  readonly replicas: number;
}

/** The clock, as far as replication needs one. */
export interface ReplicationClock {
  /** Milliseconds since 1970. */
  wall(): number;
  /** Milliseconds that never jump. */
  monotonic(): number;
}

/** Where replication says what happens to it. */
export interface ReplicationLogger {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

/** What one process has of its node, when the node's services run in processes of their own. */
export interface NodePart {
  /** Its lease is held in the name `<node>/<name>`. */
  readonly name: string;
  /** The writers whose facts are in its journal first, `<node>/<service>`. */
  readonly writers: readonly string[];
  /** The subjects of their facts, after the node's name: `session.>`. */
  readonly subjects: readonly string[];
}

/** Whose facts are shipped: those of a node, or of a part of it. */
export interface ReplicationIdentity {
  readonly cluster: string;
  readonly node: string;
  readonly part?: NodePart;
}

/** A connection to NATS that comes back by itself. */
export type Connection = NatsConnection;
