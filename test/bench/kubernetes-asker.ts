import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Cluster } from '../kubernetes/api-server.ts';

/** Asks the API server over a connection that stays open; throws at whatever is refused. */
export interface Asker extends Disposable {
  /** Merges `body` into an object. */
  merge(path: string, body: object): Promise<void>;
}

/** The administrator's certificate, which its kubeconfig holds. */
const administrator = ({ kubeconfig }: Cluster): { readonly cert: Buffer; readonly key: Buffer } => {
  const { user } = JSON.parse(readFileSync(kubeconfig, 'utf8')).users[0];
  const decoded = (field: string): Buffer => Buffer.from(user[field], 'base64');
  return { cert: decoded('client-certificate-data'), key: decoded('client-key-data') };
};

/** One connection as the administrator. */
export const administratorAgent = (cluster: Cluster): Agent =>
  new Agent({ keepAlive: true, maxSockets: 1, ca: cluster.authority, ...administrator(cluster) });

/** Asks as the administrator. */
export const openAsker = (cluster: Cluster): Asker => {
  const agent = administratorAgent(cluster);
  const headers = { 'content-type': 'application/merge-patch+json' };
  return {
    merge: (path, body) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const asked = request(new URL(path, cluster.url), { method: 'PATCH', agent, headers }, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${path}: ${response.statusCode} ${answer}`));
        }, reject);
      });
      asked.once('error', reject);
      asked.end(JSON.stringify(body));
      return promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
};
