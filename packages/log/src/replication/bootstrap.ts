import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connectTo } from '@vipcast/nats';
import { namesOf } from './names.ts';
import type { NatsSettings } from './settings.ts';
import { differences, ensureStream, factStream, leaseStream } from './streams.ts';

/** A stream that is there now. */
export interface MadeStream {
  readonly name: string;
  /** In words, how it is not what was asked for: somebody else made it before. */
  readonly differences: readonly string[];
}

/**
 * Makes the streams of a cluster where there are none, as an administrator: so that no node's key has to be able to. A
 * server on its own forgets a stream in memory when it ends, so there leases are kept in a file.
 * @throws Error when no server lets us in, or the key may not make streams
 */
export const makeStreams = async (nats: NatsSettings, cluster: string): Promise<readonly MadeStream[]> => {
  const { nc } = await connectTo(nats, 'vipcast streams');
  try {
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    const names = namesOf({ cluster, node: '' });
    const storage = nats.replicas === 1 ? StorageType.File : StorageType.Memory;
    const wanted = [
      factStream(names, nats.replicas, nc.info?.version ?? ''),
      { ...leaseStream(names, nats.replicas), storage },
    ];
    const made: MadeStream[] = [];
    for (const each of wanted) {
      const { config } = await ensureStream(jsm, each);
      made.push({ name: each.name, differences: differences(each, config) });
    }
    return made;
  } finally {
    await nc.close();
  }
};
