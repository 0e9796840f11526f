import { join } from 'node:path';
import { freePort } from '../cluster/nats.ts';
import { type Running, spawn } from '../interop/process.ts';
import { PROGRAMS } from '../setup/kubernetes.ts';

/** The store behind an API server. */
export interface Etcd {
  readonly url: string;
  readonly running: Running;
  /** Forgets all but the present. */
  compact(): Promise<void>;
  /** Deletes all keys of API objects that begin so, after `/registry/`. */
  lose(prefix: string): Promise<void>;
}

interface EtcdAnswer {
  readonly header: { readonly revision: string };
}

const ask = async (url: string, body: unknown): Promise<EtcdAnswer> => {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as EtcdAnswer;
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Starts etcd on loopback with its data in `folder`. It forgets on power loss, which saves most of its time. */
export const startEtcd = async (folder: string): Promise<Etcd> => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const running = spawn(null, [
    PROGRAMS.etcd,
    ...['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync'],
    ...['--listen-client-urls', url, '--advertise-client-urls', url],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ...['--initial-cluster', `default=${peerUrl}`],
  ]);
  return {
    url,
    running,
    compact: async () => {
      const { header } = await ask(`${url}/v3/kv/range`, { key: 'AA==' });
      await ask(`${url}/v3/kv/compaction`, { revision: header.revision, physical: true });
    },
    lose: async (prefix) => {
      const first = Buffer.from(`/registry/${prefix}`);
      // The range ends before the first key that does not begin so.
      const end = Uint8Array.from([...first.subarray(0, -1), first.at(-1)! + 1]);
      await ask(`${url}/v3/kv/deleterange`, { key: base64(first), range_end: base64(end) });
    },
  };
};
