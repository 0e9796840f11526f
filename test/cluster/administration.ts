import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from 'nats';
import type { NatsServer } from './nats.ts';

/** Does something to a server's streams as an administrator would. */
export const administer = async <T>(
  { url }: Pick<NatsServer, 'url'>,
  act: (jsm: JetStreamManager, nc: NatsConnection) => Promise<T>,
): Promise<T> => {
  const nc = await connect({ servers: url });
  try {
    return await act(await jetstreamManager(nc), nc);
  } finally {
    await nc.close();
  }
};
