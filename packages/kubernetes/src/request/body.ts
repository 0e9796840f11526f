import type { IncomingMessage } from 'node:http';
import type { Secret } from '../access/secret.ts';
import { type ApiError, conceal, httpError, localError } from './api-error.ts';

/** What a request came to. `body` is parsed JSON. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly error: ApiError };

const readText = (response: IncomingMessage, largest: number): Promise<string | ApiError> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > largest) {
        resolve(localError('TooLarge', `the answer is larger than ${largest} bytes`));
        response.destroy();
      } else chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', () => resolve(localError('Unreachable', 'the connection broke in the answer')));
    response.on('close', () => resolve(localError('Unreachable', 'the connection closed in the answer')));
  });

/** Enough for any `Status`. */
const LARGEST_ERROR = 64 * 1024;

/** Reads the body of an error; it may repeat the request, but not the token that was sent. */
export const readError = async (response: IncomingMessage, token: Secret | undefined): Promise<ApiError> => {
  const status = response.statusCode ?? 0;
  const text = await readText(response, LARGEST_ERROR);
  return conceal(httpError(status, response.headers, typeof text === 'string' ? text : ''), token);
};

/** Reads an answer of up to `largest` bytes. */
export const readAnswer = async (
  response: IncomingMessage,
  largest: number,
  token: Secret | undefined,
): Promise<Answer> => {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) return { ok: false, error: await readError(response, token) };
  const text = await readText(response, largest);
  if (typeof text !== 'string') return { ok: false, error: text };
  try {
    return { ok: true, status, body: JSON.parse(text) };
  } catch {
    const type = response.headers['content-type'] ?? 'no content type';
    const error = localError('Malformed', `${text.length} characters of ${type} that are not JSON`, status);
    return { ok: false, error };
  }
};
