import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { escapeToken } from '@vipcast/events';
import { type Connected, connectTo } from '@vipcast/nats';
import type { Status } from 'nats';

/** Where the cluster's log is and who asks. */
export interface Access {
  /** `nats://host:port` or `tls://host:port`, any server. */
  readonly servers: string | readonly string[];
  readonly cluster: string;
  /** The name under which wishes are made; the server decides who may use it. */
  readonly name: string;
  /** A file with an nkey seed (`SU…`) or a `.creds` file. Left out: the server asks for nothing. */
  readonly credentials?: string;
  /** A file with the certificates of the authorities that servers are checked against. Left out: the system's. */
  readonly ca?: string;
}

/** A connection that comes back by itself, and what things are called on it. */
export interface Link extends Connected {
  readonly jsm: JetStreamManager;
  readonly cluster: string;
  readonly name: string;
  /** The streams of facts and of leases. */
  readonly stream: string;
  readonly leases: string;
  /** Calls back whenever the connection is lost or back. */
  onStatus(listener: (status: Status) => void): { stop(): void };
}

const TIMEOUT = 3000;

/**
 * Connects once; the connection then comes back by itself for ever, whatever ends it.
 * @throws Error when no server lets us in now
 */
export const openLink = async (access: Access): Promise<Link> => {
  const { servers, cluster, name, credentials = null, ca = null } = access;
  const connected = await connectTo(
    { servers: typeof servers === 'string' ? [servers] : servers, credentials, ca },
    `vipcast subscriber ${name}`,
  );
  const listeners = new Set<(status: Status) => void>();
  const watch = async (): Promise<void> => {
    for await (const status of connected.nc.status()) for (const listener of listeners) listener(status);
  };
  void watch();
  return {
    ...connected,
    jsm: await jetstreamManager(connected.nc, { checkAPI: false, timeout: TIMEOUT }),
    cluster,
    name,
    stream: `vipcast-${escapeToken(cluster)}`,
    leases: `vipcast-lease-${escapeToken(cluster)}`,
    onStatus: (listener) => {
      listeners.add(listener);
      return { stop: () => listeners.delete(listener) };
    },
  };
};
