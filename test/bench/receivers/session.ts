import type { Socket } from 'node:net';
import { countUpdate, messages, openMessage } from '../../interop/bgp-bytes.ts';
import type { PerFamily, Received } from './protocol.ts';

/** One session of a receiver, from the moment that TCP has a connection. */
export interface Session {
  received(): Received;
  forget(): void;
  /** Sends the KEEPALIVE that makes the session Established for the other side. */
  confirm(): void;
}

/** What a session tells of itself. */
export interface SessionEvents {
  /** The other side has sent its OPEN and its first KEEPALIVE. */
  onConfirmed(at: bigint): void;
  onUpdates(updates: readonly Uint8Array[], at: bigint): void;
}

const OPEN = 1;
const UPDATE = 2;
const NOTIFICATION = 3;
const KEEPALIVE = 4;
const MARKER = Array<number>(16).fill(0xff);
const KEEPALIVE_MESSAGE = Uint8Array.of(...MARKER, 0, 19, KEEPALIVE);
/** Nothing to announce, for IPv4 (an UPDATE that says nothing) and IPv6 (RFC 4724 §2). */
const END_OF_RIB = Uint8Array.of(
  ...[...MARKER, 0, 23, UPDATE, 0, 0, 0, 0],
  ...[...MARKER, 0, 29, UPDATE, 0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1],
);
const KEEPALIVE_INTERVAL = 2000;

const nothing = (): Received => ({
  updates: { ipv4: 0, ipv6: 0 },
  announced: { ipv4: 0, ipv6: 0 },
  withdrawn: { ipv4: 0, ipv6: 0 },
  last: 0n,
});

const add = (sum: PerFamily, { ipv4, ipv6 }: PerFamily): void => {
  sum.ipv4 += ipv4;
  sum.ipv6 += ipv6;
};

/** Answers one connection. `held`: its first KEEPALIVE is only sent by `confirm`. */
export const startSession = (
  socket: Socket,
  localASN: number,
  routerId: string,
  held: boolean,
  events: SessionEvents,
): Session => {
  let received = nothing();
  let confirmed = false;

  const count = (update: Uint8Array, at: bigint): void => {
    const { announced, withdrawn } = countUpdate(update);
    add(received.announced, announced);
    add(received.withdrawn, withdrawn);
    const ipv4 = announced.ipv4 + withdrawn.ipv4 > 0 ? 1 : 0;
    const ipv6 = announced.ipv6 + withdrawn.ipv6 > 0 ? 1 : 0;
    add(received.updates, { ipv4, ipv6 });
    if (ipv4 + ipv6 > 0) received.last = at;
  };

  const confirm = (): void => {
    socket.write(KEEPALIVE_MESSAGE);
    socket.write(END_OF_RIB);
    setInterval(() => socket.write(KEEPALIVE_MESSAGE), KEEPALIVE_INTERVAL).unref();
  };

  const take = messages();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Uint8Array) => {
    const at = process.hrtime.bigint();
    const whole = take(chunk);
    const updates = whole.filter((message) => message[18] === UPDATE);
    for (const message of whole) {
      const type = message[18];
      if (type === NOTIFICATION) console.error(`a receiver got a NOTIFICATION: ${[...message.subarray(19)]}`);
      if (type === OPEN && !held) confirm();
      if (type !== KEEPALIVE || confirmed) continue;
      confirmed = true;
      events.onConfirmed(at);
    }
    for (const update of updates) count(update, at);
    if (updates.length > 0) events.onUpdates(updates, at);
  });
  socket.write(openMessage({ localASN, routerId }));
  return {
    received: () => received,
    forget: () => {
      received = nothing();
    },
    confirm,
  };
};
