import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Access, formatServer } from '../access/access.ts';
import type { Identity } from '../access/identity.ts';
import { faultOf } from '../wording.ts';
import type { Connections } from './agent.ts';
import { type ApiError, localError } from './api-error.ts';

/** A request as it goes out. */
export interface Outgoing {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly contentType: string | undefined;
  readonly body: string | undefined;
}

/** An answer whose head has come; its body is still to be read. */
export type Exchanged =
  | { readonly ok: true; readonly response: IncomingMessage; readonly identity: Identity }
  | { readonly ok: false; readonly error: ApiError };

interface Attempt {
  readonly exchanged: Exchanged;
  /** Worth another try, if what we know of the server or of ourselves changed. */
  readonly refused: boolean;
  /** The server closed a connection just as we used it again. */
  readonly stale: boolean;
}

/** OpenSSL's and Node's codes for a certificate that is not believed. */
const UNTRUSTED = /CERT|ISSUER|SIGNATURE|^ERR_TLS|^ERR_SSL/;

const networkError = (access: Access, error: unknown): ApiError => {
  const fault = faultOf(error);
  const at = formatServer(access.server);
  return UNTRUSTED.test(fault)
    ? localError('Untrusted', `TLS with ${at} failed: ${fault}`)
    : localError('Unreachable', `${at} cannot be reached: ${fault}`);
};

const headersOf = (outgoing: Outgoing, identity: Identity, userAgent: string): Record<string, string> => ({
  accept: 'application/json',
  'user-agent': userAgent,
  ...(identity.token !== undefined && { authorization: `Bearer ${identity.token.reveal()}` }),
  ...(outgoing.contentType !== undefined && { 'content-type': outgoing.contentType }),
  ...(outgoing.body !== undefined && { 'content-length': String(Buffer.byteLength(outgoing.body)) }),
});

/** Sends requests, each with the identity of the moment. */
export type Exchange = (outgoing: Outgoing, signal: AbortSignal) => Promise<Exchanged>;

/**
 * Sends a request and waits for the head of the answer. After a 401, or a certificate that is not believed, tokens and
 * authorities are read again, and if they changed the request goes out once more.
 */
export const createExchange = (access: Access, connections: Connections, userAgent: string): Exchange => {
  const { server } = access;
  const request = server.protocol === 'https:' ? requestHttps : requestHttp;

  const attempt = (outgoing: Outgoing, identity: Identity, signal: AbortSignal): Promise<Attempt> =>
    new Promise((resolve) => {
      const fail = (error: unknown, stale: boolean): void => {
        const told = networkError(access, error);
        resolve({ exchanged: { ok: false, error: told }, refused: told.reason === 'Untrusted', stale });
      };
      try {
        const agent = connections.agent(identity.trust);
        const sent = request({
          host: server.host,
          port: server.port,
          method: outgoing.method,
          path: server.prefix + outgoing.target,
          headers: headersOf(outgoing, identity, userAgent),
          agent,
          signal,
        });
        sent.on('error', (error) => fail(error, sent.reusedSocket && outgoing.method === 'GET'));
        sent.on('response', (response) =>
          resolve({
            exchanged: { ok: true, response, identity },
            refused: response.statusCode === 401,
            stale: false,
          }),
        );
        sent.end(outgoing.body);
      } catch (error) {
        const told = localError('Credentials', `certificates or token cannot be used: ${faultOf(error)}`);
        resolve({ exchanged: { ok: false, error: told }, refused: true, stale: false });
      }
    });

  return async (outgoing, signal) => {
    const known = await access.identity();
    if (!known.ok) return { ok: false, error: localError('Credentials', known.message) };
    const first = await attempt(outgoing, known.identity, signal);
    if (signal.aborted || (!first.refused && !first.stale)) return first.exchanged;
    if (first.stale) connections.dropIdle();
    else access.doubt();
    const renewed = await access.identity();
    const changed =
      renewed.ok &&
      (renewed.identity.trust !== known.identity.trust ||
        renewed.identity.token?.reveal() !== known.identity.token?.reveal());
    if (!renewed.ok || (!changed && !first.stale)) return first.exchanged;
    if (first.exchanged.ok) first.exchanged.response.resume();
    return (await attempt(outgoing, renewed.identity, signal)).exchanged;
  };
};
