import { readFileSync } from 'node:fs';
import { type Authenticator, connect, credsAuthenticator, nkeyAuthenticator } from 'nats';
import type { Connection, NatsSettings } from './settings.ts';

/** A dead link is noticed after two of these have gone unanswered. */
const PING_INTERVAL = 5000;
const RECONNECT_WAIT = 500;
const CONNECT_TIMEOUT = 3000;

const SEED = /^SU[A-Z2-7]{56}$/m;

/** @throws Error when the file cannot be read or holds neither kind of credentials; its content is never in it */
const authenticatorOf = (file: string): Authenticator => {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  if (text.includes('BEGIN NATS USER JWT')) return credsAuthenticator(bytes);
  const seed = SEED.exec(text)?.[0];
  if (seed === undefined) throw new Error(`${file} holds neither an nkey seed nor a .creds file`);
  return nkeyAuthenticator(Buffer.from(seed));
};

/**
 * Connects once; the connection then comes back by itself for ever, whatever ends it.
 * @throws Error when no server lets us in now
 */
export const connectTo = async (settings: NatsSettings, name: string): Promise<Connection> => {
  const { servers, credentials, ca } = settings;
  return connect({
    servers: [...servers],
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT,
    reconnectJitter: RECONNECT_WAIT,
    reconnectJitterTLS: RECONNECT_WAIT,
    pingInterval: PING_INTERVAL,
    maxPingOut: 2,
    timeout: CONNECT_TIMEOUT,
    ignoreAuthErrorAbort: true,
    ...(credentials === null ? {} : { authenticator: authenticatorOf(credentials) }),
    ...(ca ? { tls: { caFile: ca } } : {}),
  });
};
