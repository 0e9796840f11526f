import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { describeError, type Outcome, type Probe } from './outcome.ts';

/** What is asked, and for https who is believed. */
export interface HttpTarget {
  readonly target: string;
  /** A file with the certificates of the only authorities that are believed; `null`: the system's. */
  readonly ca?: string | null;
  /** Take any certificate. */
  readonly insecure?: boolean;
}

/** More of a body than this is not waited for. */
const BODY_LIMIT = 65_536;

const HEADERS = { 'user-agent': 'vipcast', accept: '*/*' };

const plain = new HttpAgent({ keepAlive: false });
let secure: HttpsAgent | undefined;
let credulous: HttpsAgent | undefined;

/** Trusts what the system trusts; what came with Node when the system has no certificates, as in a bare container. */
const secureAgent = (): HttpsAgent => {
  if (secure !== undefined) return secure;
  const system = getCACertificates('system');
  const ca = [...(system.length > 0 ? system : getCACertificates('default')), ...getCACertificates('extra')];
  secure = new HttpsAgent({ keepAlive: false, secureContext: createSecureContext({ ca }) });
  return secure;
};

/** By file: the certificates as they were last read, and who trusts them alone. */
const particular = new Map<string, { readonly pem: string; readonly agent: HttpsAgent }>();

/** Reads the file anew each time: authorities are replaced while probes go on. */
const agentBelieving = async (ca: string): Promise<HttpsAgent> => {
  const pem = await readFile(ca, 'utf8');
  const known = particular.get(ca);
  if (known?.pem === pem) return known.agent;
  const agent = new HttpsAgent({ keepAlive: false, secureContext: createSecureContext({ ca: pem }) });
  particular.set(ca, { pem, agent });
  return agent;
};

const httpsAgent = (ca: string | null, insecure: boolean): HttpsAgent | Promise<HttpsAgent> => {
  if (ca !== null) return agentBelieving(ca);
  if (!insecure) return secureAgent();
  credulous ??= new HttpsAgent({ keepAlive: false, rejectUnauthorized: false });
  return credulous;
};

/** A URL without what may be secret: user, password, query. */
const publicText = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

const ask = (url: URL, agent: HttpsAgent | undefined, giveUp: AbortSignal): Promise<Outcome | undefined> =>
  new Promise((resolve) => {
    let outcome: Outcome | undefined;
    const request =
      agent === undefined
        ? httpRequest(url, { agent: plain, headers: HEADERS })
        : httpsRequest(url, { agent, headers: HEADERS });
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

/**
 * Sends one GET over a connection of its own. A status of 200 to 399 is healthy; redirects are not followed, the
 * body is thrown away.
 */
export const probeHttp: Probe<HttpTarget> = async ({ target, ca = null, insecure = false }, giveUp) => {
  const url = new URL(target);
  if (url.protocol !== 'https:') return ask(url, undefined, giveUp);
  let agent: HttpsAgent;
  try {
    agent = await httpsAgent(ca, insecure);
  } catch (error) {
    return { healthy: false, detail: `${ca}: ${describeError(error)}` };
  }
  return giveUp.aborted ? undefined : ask(url, agent, giveUp);
};
