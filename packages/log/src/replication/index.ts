/**
 * A journal and the cluster's stream in NATS JetStream, kept alike in both directions.
 *
 * Out go the facts of this node's writers (`shipping.ts`), each as one CloudEvents message, many of them acknowledged
 * at once (`batch.ts`); in come everybody else's (`receiving.ts`), into the journal by `Log.ingest`, so that every view
 * and follower of a journal is one of the whole cluster. Facts that overtook others wait (`waiting-room.ts`); a writer that hears its own facts come back with a
 * hole ships what was in it again (`echo.ts`). Leases (`leases.ts`) tell who is there. `replication.ts` holds it
 * together over connections that come and go. Messages, consumers and connections are those of `@vipcast/nats`.
 *
 * `reading.ts` is the half of it that those have who only ask; `bootstrap.ts` makes the streams for nodes that may not.
 *
 * What may be lost on the other side, from one message to all streams, is shipped again from the journal: neither the
 * server's acknowledgement nor its dedupe window is trusted for more than speed.
 */
export { type MadeStream, makeStreams } from './bootstrap.ts';
export { type Names, namesOf } from './names.ts';
export { type Reading, type ReadingOptions, readCluster } from './reading.ts';
export { type Replication, type ReplicationOptions, startReplication } from './replication.ts';
export type {
  Connection,
  NatsSettings,
  NodePart,
  ReplicationClock,
  ReplicationIdentity,
  ReplicationLogger,
} from './settings.ts';
