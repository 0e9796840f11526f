import { type Access, formatServer } from '../access/access.ts';
import { type Clock, systemClock } from '../clock.ts';
import { createConnections } from './agent.ts';
import { type ApiError, localError } from './api-error.ts';
import { type Answer, readAnswer } from './body.ts';
import { createExchange, type Outgoing } from './exchange.ts';
import { contentTypeOf, type Query, type Request, targetOf } from './request.ts';
import { openStream, type StreamHandlers } from './stream.ts';

/** An API server that requests can be sent to. */
export interface Cluster {
  /** The server's URL. */
  readonly server: string;
  /** Sends a request; never rejects. */
  readonly request: (request: Request) => Promise<Answer>;
  /** GETs an answer without end. The answer closes it; nothing is called after that. */
  readonly stream: (path: string, query: Query, handlers: StreamHandlers) => () => void;
  /** Ends every request and closes every connection. */
  readonly close: () => void;
}

const TIMEOUT_MS = 30_000;
const LARGEST_BODY = 16 * 1024 * 1024;

const outgoingOf = (asked: Request): Outgoing => ({
  method: asked.method,
  target: targetOf(asked.path, asked.query, asked.patch),
  contentType: contentTypeOf(asked),
  body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
});

/** A refusal is better understood with what could not be renewed. */
const withTrouble = (error: ApiError, trouble: string): ApiError =>
  error.status === 401 && trouble !== '' ? { ...error, message: `${error.message}; ${trouble}` } : error;

/** Speaks to the API server as `vipcast/<version>`. Opens no connection until the first request. */
export const openCluster = (
  access: Access,
  { version, clock = systemClock }: { readonly version: string; readonly clock?: Clock },
): Cluster => {
  const connections = createConnections(access);
  const exchange = createExchange(access, connections, `vipcast/${version}`);
  const server = formatServer(access.server);
  const running = new Set<AbortController>();
  let closed = false;

  const request = async (asked: Request): Promise<Answer> => {
    const { timeoutMs = TIMEOUT_MS, largestBody = LARGEST_BODY } = asked;
    if (closed || asked.signal?.aborted)
      return { ok: false, error: localError('Closed', 'the request was ended by us') };
    const abort = new AbortController();
    let late = false;
    const cancel = clock.after(timeoutMs, () => {
      late = true;
      abort.abort();
    });
    const end = (): void => abort.abort();
    asked.signal?.addEventListener('abort', end);
    running.add(abort);
    const exchanged = await exchange(outgoingOf(asked), abort.signal);
    const answer = exchanged.ok
      ? await readAnswer(exchanged.response, largestBody, exchanged.identity.token)
      : exchanged;
    cancel();
    asked.signal?.removeEventListener('abort', end);
    running.delete(abort);
    if (answer.ok) return answer;
    if (answer.error.status === 0) connections.dropIdle();
    if (late) {
      const message = `${server} did not answer within ${timeoutMs / 1000} s`;
      return { ok: false, error: localError('Timeout', message) };
    }
    return { ok: false, error: withTrouble(answer.error, exchanged.ok ? exchanged.identity.trouble : '') };
  };

  return {
    server,
    request,
    stream: (path, query, handlers) =>
      openStream(
        { exchange, clock, running, timeoutMs: TIMEOUT_MS, onFailure: connections.dropIdle },
        targetOf(path, query),
        handlers,
      ),
    close: () => {
      closed = true;
      for (const abort of running) abort.abort();
      connections.close();
    },
  };
};
