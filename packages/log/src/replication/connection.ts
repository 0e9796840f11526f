import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import {
  type Authenticator,
  connect,
  createInbox,
  credsAuthenticator,
  errors,
  nkeyAuthenticator,
  nkeys,
} from 'nats';
import type { Connection, NatsSettings } from './settings.ts';

/** A dead link is noticed after two of these have gone unanswered. */
const PING_INTERVAL = 5000;
const RECONNECT_WAIT = 500;
const CONNECT_TIMEOUT = 3000;

const SEED = /^SU[A-Z2-7]{56}$/m;

interface Credentials {
  readonly authenticator: Authenticator;
  /** The key's public half: servers know its holder by it. */
  readonly publicKey: string;
}

/** @throws Error when the file cannot be read or holds neither kind of credentials; its content is never in it */
const credentialsIn = (file: string): Credentials => {
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

/** A connection, and subjects for answers to it. A key can be confined to the prefix of these, which is its own name. */
export interface Connected {
  readonly nc: Connection;
  newInbox(): string;
}

/** Codes by which TLS says that it does not know who signed a certificate. */
const UNKNOWN_SIGNER =
  /SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/;

/** Why no server let us in, in words that say what to look at. */
const explained = (error: unknown, { credentials, ca }: NatsSettings): Error => {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? cause : (error as Error);
  const code = 'code' in reason ? String(reason.code) : '';
  if (UNKNOWN_SIGNER.test(code))
    return new Error(
      `the server's certificate is not signed by an authority in ${ca ?? "the system's list"} (${code})`,
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'CERT_HAS_EXPIRED')
    return new Error(`the server's certificate is not valid: ${reason.message}`);
  if (error instanceof errors.AuthorizationError)
    return new Error(
      `the server refuses ${credentials === null ? 'us without credentials' : `the key in ${credentials}`}: ${message}`,
    );
  return error as Error;
};

const hostIn = (server: string): string => {
  const { hostname } = new URL(server.includes('://') ? server : `nats://${server}`);
  return hostname.replace(/^\[|\]$/g, '');
};

/**
 * A certificate must name one of the servers that were asked for. The client library compares it with a name only, so
 * it knows no server by its address; the servers of one cluster may stand in for each other.
 */
const identityCheck =
  (servers: readonly string[]) =>
  (name: string, certificate: PeerCertificate): Error | undefined => {
    const refusals = [name, ...servers.map(hostIn)].map((host) => checkServerIdentity(host, certificate));
    return refusals.includes(undefined) ? undefined : refusals.at(-1);
  };

/** How to check servers; `undefined` leaves it to them whether there is TLS. */
const tlsOf = ({ servers, ca }: NatsSettings) => {
  if (!ca && !servers.some((server) => server.startsWith('tls://'))) return undefined;
  return { ...(ca ? { caFile: ca } : {}), checkServerIdentity: identityCheck(servers) };
};

/**
 * Connects once; the connection then comes back by itself for ever, whatever ends it.
 * @throws Error when no server lets us in now
 */
export const connectTo = async (settings: NatsSettings, name: string): Promise<Connected> => {
  const { servers, credentials, ca } = settings;
  const known = credentials === null ? undefined : credentialsIn(credentials);
  const inboxPrefix = known === undefined ? '_INBOX' : `_INBOX.${known.publicKey}`;
  const tls = tlsOf(settings);
  // The client reads it too late to say what is wrong with it.
  if (ca) readFileSync(ca);
  try {
    const nc = await connect({
      servers: [...servers],
      name,
      inboxPrefix,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT,
      reconnectJitter: RECONNECT_WAIT,
      reconnectJitterTLS: RECONNECT_WAIT,
      pingInterval: PING_INTERVAL,
      maxPingOut: 2,
      timeout: CONNECT_TIMEOUT,
      ignoreAuthErrorAbort: true,
      ...(known === undefined ? {} : { authenticator: known.authenticator }),
      ...(tls === undefined ? {} : { tls }),
    });
    return { nc, newInbox: () => createInbox(inboxPrefix) };
  } catch (error) {
    throw explained(error, settings);
  }
};
