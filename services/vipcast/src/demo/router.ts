import { createServer, type Server, type Socket } from 'node:net';
import { type Address, FAMILIES, formatAddress, formatPrefix, parseAddress } from '@vipcast/net';
import { type Clock, createTimers } from '@vipcast/runtime';
import { createSession, type Effect, type Input, step } from '@vipcast/session';
import { decodeMessage, frame, type Update, type WireContext } from '@vipcast/wire';

/** What the demo's router heard from a node. */
export type Heard =
  | { readonly type: 'up' | 'down'; readonly from: string }
  | { readonly type: 'route'; readonly from: string; readonly prefix: string; readonly nextHop: string }
  | { readonly type: 'withdrawn'; readonly from: string; readonly prefix: string };

/** A small router for people without one: it listens, holds sessions and remembers routes. */
export interface DemoRouter {
  readonly port: number;
  /** Cuts the session with a node, as a broken cable would. */
  cut(from: string): void;
  close(): void;
}

const ROUTER_ASN = 65_001;
const WIRE: WireContext = { fourOctetAs: true, external: true, maxMessageLength: 65_535 };

type Unstamped<I = Input> = I extends Input ? Omit<I, 'at' | 'random'> : never;

const routesOf = (update: Update, from: string): Heard[] => {
  const heard: Heard[] = [];
  const withdrawn = [...update.withdrawn];
  for (const attribute of update.attributes) {
    if (attribute.kind === 'mp-unreach') withdrawn.push(...attribute.prefixes);
    if (attribute.kind === 'mp-reach')
      for (const prefix of attribute.prefixes)
        heard.push({
          type: 'route',
          from,
          prefix: formatPrefix(prefix),
          nextHop: attribute.nextHops.map(formatAddress).join(' '),
        });
    if (attribute.kind === 'next-hop')
      for (const prefix of update.announced)
        heard.push({
          type: 'route',
          from,
          prefix: formatPrefix(prefix),
          nextHop: formatAddress(attribute.address),
        });
  }
  for (const prefix of withdrawn) heard.push({ type: 'withdrawn', from, prefix: formatPrefix(prefix) });
  return heard;
};

const serve = (socket: Socket, clock: Clock, onHeard: (heard: Heard) => void): void => {
  const from = socket.remoteAddress ?? '';
  const local = parseAddress(socket.localAddress ?? '') as Address;
  const remote = parseAddress(from) as Address;
  let rest: Uint8Array = new Uint8Array(0);
  let session = createSession({
    localASN: ROUTER_ASN,
    peerASN: 'external',
    routerId: local,
    families: FAMILIES,
    holdTime: 9,
    keepaliveTime: 3,
    connectRetryTime: 60_000,
    passive: true,
    hostName: 'demo-router',
  });

  const run = (effect: Effect): void => {
    if (effect.type === 'send') socket.write(effect.bytes);
    if (effect.type === 'close') socket.destroySoon();
    if (effect.type === 'startTimer') timers.start(effect.timer, effect.ms);
    if (effect.type === 'stopTimer') timers.stop(effect.timer);
    if (effect.type === 'established') onHeard({ type: 'up', from });
    if (effect.type === 'down') onHeard({ type: 'down', from });
  };
  const send = (input: Unstamped): void => {
    const stepped = step(session, { ...input, at: clock.monotonic(), random: clock.random() } as Input);
    session = stepped.session;
    for (const effect of stepped.effects) run(effect);
  };
  const timers = createTimers(clock, (timer) =>
    send({ type: 'TimerExpires', timer, connection: 'incoming' } as Unstamped),
  );
  const listen = (bytes: Uint8Array): void => {
    const framed = frame(rest, bytes, WIRE.maxMessageLength);
    rest = framed.rest;
    for (const message of framed.messages) {
      const decoded = decodeMessage(message, WIRE);
      if (decoded.ok && decoded.value.type === 'update') routesOf(decoded.value, from).forEach(onHeard);
    }
  };

  socket.on('data', (bytes: Buffer) => {
    send({ type: 'BytesReceived', connection: 'incoming', bytes });
    listen(bytes);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    send({ type: 'TcpConnectionFails', connection: 'incoming', because: 'closed' });
    timers.stopAll();
  });
  send({ type: 'ManualStart' });
  send({
    type: 'TcpConnectionConfirmed',
    connection: 'incoming',
    localAddress: local,
    remoteAddress: remote,
  });
};

/** Listens on a free port of 127.0.0.1 and answers every speaker that dials, in AS 65001. */
export const startDemoRouter = async (clock: Clock, onHeard: (heard: Heard) => void): Promise<DemoRouter> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, clock, onHeard);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: (from) => {
      for (const socket of sockets) if (socket.remoteAddress === from) socket.resetAndDestroy();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
