import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The last part of a collection's path. */
export type Plural = 'services' | 'endpointslices' | 'nodes' | 'namespaces' | 'events';

type Item = { readonly metadata: { readonly name: string; readonly namespace?: string } & object };

/** Lists and watches on loopback, as an API server has them: what the tests with a real one cannot make it do. */
export interface ApiFixture {
  /** A file that leads to it. */
  readonly kubeconfig: string;
  readonly folder: string;
  put(plural: Plural, ...items: readonly Item[]): void;
  remove(plural: Plural, ...names: readonly string[]): void;
  /** Answers with nothing when Services and slices are listed, so many times each; watches say nothing of it. */
  hide(times: number): void;
  /** Refuses to list or watch this, or nothing. */
  forbid(plural: Plural | undefined): void;
  /** How often it was listed. */
  lists(plural: Plural): number;
  /** How many watches of it are open; what happens before one is, it does not tell. */
  watches(plural: Plural): number;
  /** Ends all watches, in good order. */
  endWatches(): void;
  readonly written: readonly { readonly reason: string; readonly message: string }[];
  close(): Promise<void>;
}

const kubeconfigOf = (port: number): string =>
  JSON.stringify({
    clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });

const JSON_TYPE = { 'content-type': 'application/json' };

/** Starts one. */
export const startApi = async (): Promise<ApiFixture> => {
  const items = new Map<string, Map<string, Item>>();
  const watchers = new Map<ServerResponse, string>();
  const lists = new Map<string, number>();
  const written: { reason: string; message: string }[] = [];
  let version = 1;
  let hidden = 0;
  let forbidden: Plural | undefined;
  const of = (plural: string): Map<string, Item> => {
    const found = items.get(plural) ?? new Map<string, Item>();
    items.set(plural, found);
    return found;
  };
  const tell = (plural: string, type: string, object: Item): void => {
    for (const [response, watched] of watchers)
      if (watched === plural) response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const plural = url.pathname.split('/').at(-1) ?? '';
    const send = (status: number, body: object) =>
      response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
    if (request.method === 'POST') {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const event = JSON.parse(Buffer.concat(chunks).toString());
      written.push(event);
      send(201, event);
    } else if (plural === forbidden) {
      send(403, { kind: 'Status', reason: 'Forbidden', message: `${plural} are forbidden`, code: 403 });
    } else if (url.searchParams.has('watch')) {
      response.writeHead(200, JSON_TYPE).flushHeaders();
      watchers.set(response, plural);
      response.on('close', () => watchers.delete(response));
    } else {
      lists.set(plural, (lists.get(plural) ?? 0) + 1);
      const shown = plural !== 'nodes' && (lists.get(plural) ?? 0) <= hidden ? [] : [...of(plural).values()];
      send(200, { metadata: { resourceVersion: `${version}` }, items: shown });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'vipcast-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf((server.address() as AddressInfo).port));
  return {
    ...{ kubeconfig, folder, written },
    put: (plural, ...changed) => {
      for (const each of changed) {
        version++;
        const { namespace, name } = each.metadata;
        const object = {
          ...each,
          metadata: { uid: `uid-${name}`, ...each.metadata, resourceVersion: `${version}` },
        };
        const key = namespace === undefined ? name : `${namespace}/${name}`;
        const type = of(plural).has(key) ? 'MODIFIED' : 'ADDED';
        of(plural).set(key, object);
        tell(plural, type, object);
      }
    },
    remove: (plural, ...names) => {
      for (const name of names) {
        const object = of(plural).get(name);
        if (object === undefined) continue;
        version++;
        of(plural).delete(name);
        tell(plural, 'DELETED', {
          ...object,
          metadata: { ...object.metadata, resourceVersion: `${version}` },
        } as Item);
      }
    },
    hide: (next) => {
      hidden = next;
    },
    forbid: (plural) => {
      forbidden = plural;
    },
    lists: (plural) => lists.get(plural) ?? 0,
    watches: (plural) => [...watchers.values()].filter((each) => each === plural).length,
    endWatches: () => {
      for (const response of watchers.keys()) response.end();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
};
