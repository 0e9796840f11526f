import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Cluster } from '../kubernetes/api-server.ts';
import { administratorAgent } from './kubernetes-asker.ts';

/** A plain watcher of EndpointSlices, with a connection of its own: it takes the time and does nothing else. */
export interface PlainWatcher extends Disposable {
  /** When the next event arrived, by `process.hrtime`. Each event is handed out once. */
  next(): Promise<bigint>;
}

const LF = 10;
const PATH = '/apis/discovery.k8s.io/v1/endpointslices';

const resourceVersionOf = async (url: URL, agent: ReturnType<typeof administratorAgent>): Promise<string> => {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  const { metadata } = JSON.parse((await response.toArray()).join(''));
  return metadata.resourceVersion;
};

/** Watches from now on. */
export const startPlainWatcher = async (cluster: Cluster): Promise<PlainWatcher> => {
  const agent = administratorAgent(cluster);
  const now = await resourceVersionOf(new URL(`${PATH}?limit=1`, cluster.url), agent);
  const watch = get(new URL(`${PATH}?watch=true&resourceVersion=${now}`, cluster.url), { agent });
  const [response] = (await once(watch, 'response')) as [IncomingMessage];
  const arrived: bigint[] = [];
  let wake = (): void => undefined;
  watch.on('error', () => undefined);
  response.on('error', () => undefined);
  response.on('data', (chunk: Uint8Array) => {
    const at = process.hrtime.bigint();
    for (const byte of chunk) if (byte === LF) arrived.push(at);
    wake();
  });
  return {
    next: async () => {
      while (arrived.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return arrived.shift()!;
    },
    [Symbol.dispose]: () => {
      watch.destroy();
      agent.destroy();
    },
  };
};
