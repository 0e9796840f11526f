import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Cluster } from './api-server.ts';
import type { KubernetesObject } from './object.ts';
import { collectionOf, pathOf } from './object.ts';

/** Writes of many objects at once, over a few connections that stay open. */
export interface Crowd extends Disposable {
  /** Creates them, with their status where they have one. */
  create(objects: readonly KubernetesObject[]): Promise<void>;
  /** Changes parts of one, and answers once the API server has it. */
  patch(object: KubernetesObject, change: object): Promise<void>;
}

/** How many requests are under way at once. */
const WIDTH = 8;

/** Writes as the administrator of a cluster. */
export const crowd = ({ url, authority, administrator }: Cluster): Crowd => {
  const { certificate: cert, key } = administrator;
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH, ca: authority, cert, key });
  const ask = async (method: string, path: string, body: object, type: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const asked = request(
      new URL(path, url),
      { method, agent, headers: { 'content-type': type } },
      (answer) => {
        text(answer).then((words) => {
          if (answer.statusCode! < 300) resolve();
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${words}`));
        }, reject);
      },
    );
    asked.once('error', reject);
    asked.end(JSON.stringify(body));
    return promise;
  };
  const merge = 'application/merge-patch+json';
  const createOne = async ({ status, ...object }: KubernetesObject): Promise<void> => {
    await ask('POST', collectionOf(object), object, 'application/json');
    if (status !== undefined) await ask('PATCH', `${pathOf(object)}/status`, { status }, merge);
  };
  return {
    create: async (objects) => {
      const left = objects[Symbol.iterator]();
      const work = async (): Promise<void> => {
        for (const object of left) await createOne(object);
      };
      await Promise.all(Array.from({ length: WIDTH }, work));
    },
    patch: (object, change) => ask('PATCH', pathOf(object), change, merge),
    [Symbol.dispose]: () => agent.destroy(),
  };
};
