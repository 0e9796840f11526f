import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Access } from '../access/access.ts';
import type { Trust } from '../access/identity.ts';

/** The kernel asks a silent peer after this long, then each second; after ten unanswered the connection is reset. */
const KEEP_ALIVE_MS = 15_000;

const IDLE_SOCKETS = 2;

/** Connections to one API server, kept for as long as the certificates that opened them are the current ones. */
export interface Connections {
  /**
   * While certificates cannot be used, those before them are.
   * @throws when there were none before; the error quotes none of them
   */
  readonly agent: (trust: Trust) => HttpAgent;
  /** Idle connections may be dead: the next request opens a new one. */
  readonly dropIdle: () => void;
  readonly close: () => void;
}

/** The certificates are parsed once, not for each connection. */
const createAgent = ({ server, serverName, verify }: Access, trust: Trust): HttpAgent => {
  const keeping = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxFreeSockets: IDLE_SOCKETS };
  if (server.protocol === 'http:') return new HttpAgent(keeping);
  return new HttpsAgent({
    ...keeping,
    secureContext: createSecureContext({
      minVersion: 'TLSv1.2',
      ca: trust.ca,
      cert: trust.certificate,
      key: trust.key?.reveal(),
    }),
    rejectUnauthorized: verify,
    ...(serverName !== undefined && { servername: serverName }),
  });
};

const dropIdleOf = (agent: HttpAgent | undefined): void => {
  for (const sockets of Object.values(agent?.freeSockets ?? {}))
    for (const socket of sockets ?? []) socket.destroy();
};

/** No connection is opened yet. */
export const createConnections = (access: Access): Connections => {
  let agent: HttpAgent | undefined;
  let trusted: Trust | undefined;

  /** Requests under way go on; their connections are not used again. */
  const retire = (): void => {
    if (agent === undefined) return;
    agent.maxFreeSockets = 0;
    dropIdleOf(agent);
  };

  return {
    agent: (trust) => {
      if (agent !== undefined && trust === trusted) return agent;
      try {
        const next = createAgent(access, trust);
        retire();
        agent = next;
        trusted = trust;
      } catch (error) {
        if (agent === undefined) throw error;
      }
      return agent;
    },
    dropIdle: () => dropIdleOf(agent),
    close: () => agent?.destroy(),
  };
};
