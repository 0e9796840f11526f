/** What a hostile server may say: whole answers, and watches step by step. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply, Wire } from './hostile.ts';
import type { KubernetesObject } from './object.ts';

const write = ({ response }: Wire, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => response.write(bytes, () => resolve()));

/** Answers with a body: an object as JSON, a text as it is. */
export const answer =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  ({ response }) => {
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };

const failureStatus = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `hostile: ${reason}`,
  reason,
  code,
});

/** Refuses with a Status, and asks to be left alone for so many seconds. */
export const refuse = (code: number, reason: string, retryAfter?: number): Reply =>
  answer(
    code,
    failureStatus(code, reason),
    retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` },
  );

/** A page of a proxy in between, with status 200. */
export const loginPage = (): Reply =>
  answer(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' });

/** A list of objects of one kind at a version; `next` continues it. */
export const listOf = (
  kind: string,
  items: readonly KubernetesObject[],
  resourceVersion: string,
  next?: string,
) => ({ kind: `${kind}List`, apiVersion: 'v1', metadata: { resourceVersion, continue: next }, items });

/** The first half of the JSON, as if it were all. */
export const halfOf = (body: unknown): Reply => {
  const text = JSON.stringify(body);
  return answer(200, text.slice(0, text.length / 2), { 'content-type': 'application/json' });
};

/** The first half of the JSON, and then the end of the connection. */
export const cutShort =
  (body: unknown): Reply =>
  async (wire) => {
    const text = JSON.stringify(body);
    wire.response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    await write(wire, text.slice(0, text.length / 2));
    wire.response.destroy();
  };

/** A part of a watch. */
export type Step = (wire: Wire) => void | Promise<void>;

/** A watch: its steps in order, and then silence, unless the last step ends it. */
export const stream =
  (...steps: readonly Step[]): Reply =>
  async (wire) => {
    wire.response.writeHead(200, { 'content-type': 'application/json' });
    wire.response.flushHeaders();
    for (const step of steps) await step(wire);
  };

/** What happened to an object. */
export const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR' | 'BOOKMARK', object: unknown) => ({
  type,
  object,
});

/** The event that says the past is gone, on a watch that began with status 200. */
export const goneEvent = event('ERROR', failureStatus(410, 'Expired'));

/** Nothing but a newer version; with `initial` the end of the initial events of a watch that lists. */
export const bookmark = (kind: string, resourceVersion: string, initial = false) =>
  event('BOOKMARK', {
    kind,
    apiVersion: 'v1',
    metadata: {
      resourceVersion,
      ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  });

/** The events, a line each. */
export const say =
  (...events: readonly unknown[]): Step =>
  async (wire) => {
    for (const each of events) await write(wire, `${JSON.stringify(each)}\n`);
  };

/** Anything at all. */
export const sayRaw =
  (bytes: string | Uint8Array): Step =>
  (wire) =>
    write(wire, bytes);

/** An event byte by byte, so that lines, names and characters of many bytes come in pieces. */
export const sayInPieces =
  (each: unknown): Step =>
  async (wire) => {
    for (const byte of Buffer.from(`${JSON.stringify(each)}\n`)) await write(wire, Uint8Array.of(byte));
  };

/** Says the first half of the event's line. */
export const sayHalf = (each: unknown): Step => {
  const text = JSON.stringify(each);
  return sayRaw(text.slice(0, text.length / 2));
};

/** So many milliseconds of nothing. */
export const pause =
  (ms: number): Step =>
  () =>
    delay(ms);

/** Ends the watch as a server does whose time is up. */
export const end: Step = ({ response }) => {
  response.end();
};

/** Ends the connection amid whatever was said last, all of which arrives. */
export const hangUp: Step = ({ response }) => {
  response.destroy();
};

/** Ends the connection with a reset, which also takes away what the client has not read yet. */
export const reset: Step = (wire) => wire.reset();
