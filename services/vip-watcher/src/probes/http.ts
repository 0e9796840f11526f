import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { describeError, type Outcome, type Probe } from './outcome.ts';

/** More of a body than this is not waited for. */
const BODY_LIMIT = 65_536;

const HEADERS = { 'user-agent': 'vipcast', accept: '*/*' };

const plain = new HttpAgent({ keepAlive: false });
let secure: HttpsAgent | undefined;

/** Trusts what the system trusts; what came with Node when the system has no certificates, as in a bare container. */
const secureAgent = (): HttpsAgent => {
  if (secure !== undefined) return secure;
  const system = getCACertificates('system');
  const ca = [...(system.length > 0 ? system : getCACertificates('default')), ...getCACertificates('extra')];
  secure = new HttpsAgent({ keepAlive: false, secureContext: createSecureContext({ ca }) });
  return secure;
};

/** A URL without what may be secret: user, password, query. */
const publicText = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/**
 * Sends one GET over a connection of its own. A status of 200 to 399 is healthy; redirects are not followed, the
 * body is thrown away.
 */
export const probeHttp: Probe<string> = (target, giveUp) =>
  new Promise((resolve) => {
    const url = new URL(target);
    let outcome: Outcome | undefined;
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { agent: secureAgent(), headers: HEADERS })
        : httpRequest(url, { agent: plain, headers: HEADERS });
    const end = (): void => {
      request.destroy();
    };
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      outcome = {
        healthy: status >= 200 && status < 400,
        detail: `HTTP ${status} from ${publicText(url)}`,
      };
      let length = 0;
      response.on('data', (chunk: Uint8Array) => {
        length += chunk.length;
        if (length > BODY_LIMIT) end();
      });
      // The status has been heard: however the body ends changes nothing.
      response.on('error', () => undefined);
    });
    request.on('error', (error) => {
      if (!giveUp.aborted) outcome ??= { healthy: false, detail: describeError(error) };
    });
    request.on('close', () => {
      giveUp.removeEventListener('abort', end);
      resolve(outcome);
    });
    giveUp.addEventListener('abort', end);
    request.end();
  });
