import type { Clock } from '../clock.ts';
import { type ApiError, localError } from './api-error.ts';
import { readError } from './body.ts';
import type { Exchange, Exchanged } from './exchange.ts';

/** What becomes of a stream, in this order: `opened`, any number of `chunk`, then one of the last two. */
export interface StreamHandlers {
  readonly opened: () => void;
  readonly chunk: (bytes: Buffer) => void;
  /** The server closed it in good order. */
  readonly ended: () => void;
  readonly failed: (error: ApiError) => void;
}

/** What a stream is made of. */
export interface StreamParts {
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** For the head of the answer only: the body has no end. */
  readonly timeoutMs: number;
  /** Everything under way, so that it can be ended from outside. */
  readonly running: Set<AbortController>;
  readonly onFailure: () => void;
}

/** Hands on a body as it comes. */
const readStream = async (
  { response, identity }: Extract<Exchanged, { ok: true }>,
  handlers: StreamHandlers,
): Promise<void> => {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    handlers.failed(await readError(response, identity.token));
    return;
  }
  const type = response.headers['content-type'] ?? 'no content type';
  if (!type.startsWith('application/json')) {
    response.destroy();
    handlers.failed(localError('Malformed', `a watch was answered with ${type}`, status));
    return;
  }
  const broken = (): void => handlers.failed(localError('Unreachable', 'the connection of the watch broke'));
  response.on('end', handlers.ended);
  response.on('error', broken);
  response.on('close', broken);
  handlers.opened();
  response.on('data', handlers.chunk);
};

/** GETs `target`. The answer closes the stream; nothing is called after that, nor after its end. */
export const openStream = (parts: StreamParts, target: string, handlers: StreamHandlers): (() => void) => {
  const abort = new AbortController();
  let over = false;
  parts.running.add(abort);

  const finish = (tell: () => void): void => {
    if (over) return;
    over = true;
    cancel();
    parts.running.delete(abort);
    tell();
    abort.abort();
  };
  const failed = (error: ApiError): void =>
    finish(() => {
      parts.onFailure();
      handlers.failed(error);
    });
  const cancel = parts.clock.after(parts.timeoutMs, () =>
    failed(localError('Timeout', `no answer to a watch within ${parts.timeoutMs / 1000} s`)),
  );

  const start = async (): Promise<void> => {
    const outgoing = { method: 'GET', target, contentType: undefined, body: undefined };
    const exchanged = await parts.exchange(outgoing, abort.signal);
    if (!exchanged.ok) {
      failed(exchanged.error);
      return;
    }
    if (over) {
      exchanged.response.destroy();
      return;
    }
    await readStream(exchanged, {
      opened: () => {
        cancel();
        handlers.opened();
      },
      chunk: (bytes) => {
        if (!over) handlers.chunk(bytes);
      },
      ended: () => finish(handlers.ended),
      failed,
    });
  };
  start();
  return () => finish(() => undefined);
};
