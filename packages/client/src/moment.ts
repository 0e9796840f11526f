import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from 'nats';
import type { Link } from './connection.ts';

/**
 * The sequence of the last message that the stream took before a time.
 * @throws Error when the server does not say
 */
export const sequenceBefore = async ({ jsm, stream }: Link, time: Date): Promise<number> => {
  const { delivered } = await jsm.consumers.add(stream, {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: time.toISOString(),
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(1000),
    mem_storage: true,
    num_replicas: 1,
  });
  return delivered.stream_seq;
};
