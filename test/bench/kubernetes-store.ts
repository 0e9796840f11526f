import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Cluster } from '../kubernetes/api-server.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** The etcd behind an API server. */
export interface Store extends Disposable {
  /** Writes an object of a namespace where the API server looks for it, past all of its checks. */
  put(collection: string, object: KubernetesObject): Promise<void>;
}

/** Where the cluster's etcd listens, as its process was told. */
const urlOf = (cluster: Cluster): string => {
  const words = readFileSync(`/proc/${cluster.pids()[0]}/cmdline`, 'utf8').split('\0');
  return words[words.indexOf('--advertise-client-urls') + 1]!;
};

const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** Opens it, with so many connections. */
export const openStore = (cluster: Cluster, connections: number): Store => {
  const url = `${urlOf(cluster)}/v3/kv/put`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    put: (collection, object) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const asked = request(url, { method: 'POST', agent }, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`etcd: ${response.statusCode} ${answer}`));
        }, reject);
      });
      asked.once('error', reject);
      const { namespace, name } = object.metadata;
      const key = `/registry/${collection}/${namespace}/${name}`;
      asked.end(JSON.stringify({ key: base64(key), value: base64(JSON.stringify(object)) }));
      return promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
};
