import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { connect, createInbox, errors, type NatsConnection } from 'nats';
import { credentialsIn } from './credentials.ts';

/** Where NATS is and how to get in. */
export interface NatsAccess {
  /** `nats://host:port` or `tls://host:port`, any server of the cluster. */
  readonly servers: readonly string[];
  /** A file with an nkey seed (`SU…`) or a `.creds` file; `null` for a server that asks for nothing. */
  readonly credentials: string | null;
  /** A file with the certificates of the authorities that servers are checked against; `null` for the system's. */
  readonly ca?: string | null;
}

/** A connection, and subjects for answers to it. A key can be confined to the prefix of these, which is its own name. */
export interface Connected {
  readonly nc: NatsConnection;
  newInbox(): string;
}

/** A dead link is noticed after two of these have gone unanswered. */
const PING_INTERVAL = 5000;
const RECONNECT_WAIT = 500;
const CONNECT_TIMEOUT = 3000;

/** Codes by which TLS says that it does not know who signed a certificate. */
const UNKNOWN_SIGNER =
  /SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/;

/** Why no server let us in, in words that say what to look at. */
const explained = (error: unknown, { credentials, ca }: NatsAccess): Error => {
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
const tlsOf = ({ servers, ca }: NatsAccess) => {
  if (!ca && !servers.some((server) => server.startsWith('tls://'))) return undefined;
  return { ...(ca ? { caFile: ca } : {}), checkServerIdentity: identityCheck(servers) };
};

/**
 * Connects once; the connection then comes back by itself for ever, whatever ends it.
 * @param name what the servers call us
 * @throws Error when no server lets us in now
 */
export const connectTo = async (access: NatsAccess, name: string): Promise<Connected> => {
  const { servers, credentials, ca } = access;
  const known = credentials === null ? undefined : credentialsIn(credentials);
  const inboxPrefix = known === undefined ? '_INBOX' : `_INBOX.${known.publicKey}`;
  const tls = tlsOf(access);
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
    throw explained(error, access);
  }
};
