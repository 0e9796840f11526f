import { readFileSync } from 'node:fs';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { formatSubject } from '@vipcast/events';
import {
  type Authenticator,
  connect,
  createInbox,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  nkeys,
  type Status,
} from 'nats';

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
export interface Link {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly cluster: string;
  readonly name: string;
  /** The streams of facts and of leases. */
  readonly stream: string;
  readonly leases: string;
  newInbox(): string;
  /** Calls back whenever the connection is lost or back. */
  onStatus(listener: (status: Status) => void): { stop(): void };
}

/** A dead link is noticed after two of these have gone unanswered. */
const PING_INTERVAL = 5000;
const RECONNECT_WAIT = 500;
const TIMEOUT = 3000;

const SEED = /^SU[A-Z2-7]{56}$/m;

/** @throws Error when the file cannot be read or holds neither kind of credentials; its content is never in it */
const credentialsIn = (file: string): { authenticator: Authenticator; publicKey: string } => {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  const seed = SEED.exec(text)?.[0];
  if (seed === undefined) throw new Error(`${file} holds neither an nkey seed nor a .creds file`);
  const key = Buffer.from(seed);
  const isToken = text.includes('BEGIN NATS USER JWT');
  try {
    const publicKey = nkeys.fromSeed(key).getPublicKey();
    return { publicKey, authenticator: isToken ? credsAuthenticator(bytes) : nkeyAuthenticator(key) };
  } catch {
    throw new Error(`the nkey seed in ${file} is damaged`);
  }
};

/** The cluster as it stands in every subject. */
const clusterToken = (cluster: string): string =>
  formatSubject({ cluster, node: '', aggregate: 'node', id: '' }).split('.')[1] ?? '';

/**
 * Connects once; the connection then comes back by itself for ever, whatever ends it.
 * @throws Error when no server lets us in now
 */
export const openLink = async (access: Access): Promise<Link> => {
  const { servers, cluster, name, credentials, ca } = access;
  const known = credentials === undefined ? undefined : credentialsIn(credentials);
  // A key can be confined to the inboxes that bear its own name.
  const inboxPrefix = known === undefined ? '_INBOX' : `_INBOX.${known.publicKey}`;
  const nc = await connect({
    servers: typeof servers === 'string' ? servers : [...servers],
    name: `vipcast subscriber ${name}`,
    inboxPrefix,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT,
    reconnectJitter: RECONNECT_WAIT,
    reconnectJitterTLS: RECONNECT_WAIT,
    pingInterval: PING_INTERVAL,
    maxPingOut: 2,
    timeout: TIMEOUT,
    ignoreAuthErrorAbort: true,
    ...(known === undefined ? {} : { authenticator: known.authenticator }),
    ...(ca === undefined ? {} : { tls: { caFile: ca } }),
  });
  const listeners = new Set<(status: Status) => void>();
  const watch = async (): Promise<void> => {
    for await (const status of nc.status()) for (const listener of listeners) listener(status);
  };
  void watch();
  return {
    nc,
    jsm: await jetstreamManager(nc, { checkAPI: false, timeout: TIMEOUT }),
    cluster,
    name,
    stream: `vipcast-${clusterToken(cluster)}`,
    leases: `vipcast-lease-${clusterToken(cluster)}`,
    newInbox: () => createInbox(inboxPrefix),
    onStatus: (listener) => {
      listeners.add(listener);
      return { stop: () => listeners.delete(listener) };
    },
  };
};
