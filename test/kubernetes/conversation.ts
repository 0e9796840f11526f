import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Identity } from './certificates.ts';

/** What the API server answered. */
export interface Answer {
  readonly status: number;
  /** The JSON, or the text where it is none. */
  readonly body: unknown;
}

/** Asks one question of the API server. A body that is not a patch is JSON. */
export type Ask = (method: string, path: string, body?: unknown, type?: string) => Promise<Answer>;

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

/** Makes a client that opens a connection for each question, so that none outlives a killed server. */
export const conversation =
  (url: string, authority: string, { certificate: cert, key }: Pick<Identity, 'certificate' | 'key'>): Ask =>
  async (method, path, body, type = 'application/json') => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked = request(
      new URL(path, url),
      {
        ...{ method, ca: authority, cert, key, agent: false, signal: AbortSignal.timeout(10_000) },
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) },
      },
      (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode!, body: parse(answer) }),
          reject,
        );
      },
    );
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  };
