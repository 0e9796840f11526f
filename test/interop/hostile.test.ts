import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nodeYaml } from '../daemon/configuration.ts';
import { type Following, followPeers } from '../daemon/following.ts';
import { logOf } from '../daemon/log-of.ts';
import { known } from '../daemon/route-table.ts';
import { openMessage } from './bgp-bytes.ts';
import { type Hostile, type Hostility, startHostile } from './hostile.ts';
import { FATAL, messageOf, SURVIVABLE } from './malformed-updates.ts';
import { until } from './poll.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { discard, scratch } from './scratch.ts';
import { startVipcast, type Vipcast } from './vipcast.ts';

const CALLER = '127.0.2.1';
const PEER = { localASN: 65001, routerId: '10.0.0.1' };
const bytes = (text: string): number[] => [...Buffer.from(text)];
/** RFC 9003 §2: a length, then UTF-8. */
const shutdownText = (text: string): number[] => [bytes(text).length, ...bytes(text)];
const ESCAPES = shutdownText('\x1b[31mgone\x1b[0m for \x1b]0;owned\x07lunch\u202e\x9b2J\n');
const BAD_MARKER = Uint8Array.of(...Array<number>(15).fill(0xff), 0, 0, 19, 4);
const KEEPALIVE = Uint8Array.of(...Array<number>(16).fill(0xff), 0, 19, 4);
const withLength = (length: number, type: number): Uint8Array =>
  Uint8Array.of(...Array<number>(16).fill(0xff), length >> 8, length & 0xff, type);
const refuses = (code: number, subcode: number, data: readonly number[] = []): Hostility => ({
  kind: 'refuses',
  code,
  subcode,
  data,
});
const says = (...parts: readonly Uint8Array[]): Hostility => ({ kind: 'says', bytes: Buffer.concat(parts) });

/** A peer's behaviour, its state if it is to stay in one, and what `vipcast peers` must say of it. */
const CASES: readonly (readonly [name: string, Hostility, lastError: RegExp | null, state?: string])[] = [
  ['closes', { kind: 'closes' }, /closed by peer|reset by peer/],
  ['resets', { kind: 'resets' }, /reset by peer/],
  ['garbage', { kind: 'garbage' }, /Connection Not Synchronized \(1\/1\), sent by us/],
  ['tls', { kind: 'tls' }, /Connection Not Synchronized \(1\/1\), sent by us/],
  ['http', { kind: 'http' }, /Connection Not Synchronized \(1\/1\), sent by us/],
  ['silent', { kind: 'silent' }, null, 'OpenSent'],
  ['bad-peer-as', refuses(2, 2, [0xfd, 0xe8]), /Bad Peer AS \(2\/2\), sent by the peer: AS 65000/],
  ['bad-version', refuses(2, 1, [0, 3]), /Unsupported Version Number \(2\/1\), sent by the peer/],
  ['bad-identifier', refuses(2, 3), /Bad BGP Identifier \(2\/3\), sent by the peer/],
  ['bad-hold-time', refuses(2, 6), /Unacceptable Hold Time \(2\/6\), sent by the peer/],
  [
    'bad-capability',
    refuses(2, 7, [65, 4, 0, 0, 0xfd, 0xe8]),
    /Unsupported Capability \(2\/7\), .*Four-octet/,
  ],
  ['hold-timer', refuses(4, 0), /Hold Timer Expired \(4\/0\), sent by the peer/],
  ['rejected', refuses(6, 5, ESCAPES), /Connection Rejected \(6\/5\), sent by the peer/],
  ['shut-down', refuses(6, 2, ESCAPES), /Administrative Shutdown \(6\/2\), sent by the peer: gone for lunch/],
  ['bad-text', refuses(6, 2, [255, 0xff, 0xfe, 0x1b]), /Administrative Shutdown \(6\/2\), sent by the peer/],
  ['unknown-code', refuses(99, 99, ESCAPES), /\(99\/99\), sent by the peer/],
  ['bad-marker', says(openMessage(PEER), KEEPALIVE, BAD_MARKER), /Connection Not Synchronized \(1\/1\)/],
  [
    'length-18',
    says(openMessage(PEER), withLength(18, 4)),
    /Bad Message Length \(1\/2\), sent by us: length 18/,
  ],
  ['length-65535', says(openMessage(PEER), withLength(65535, 4)), /Bad Message Length \(1\/2\), sent by us/],
  [
    'unknown-type',
    says(openMessage(PEER), withLength(19, 77)),
    /Bad Message Type \(1\/3\), sent by us: type 77/,
  ],
  ['open-twice', says(openMessage(PEER), openMessage(PEER)), /Finite State Machine Error|Cease/],
  ['early-update', says(withLength(23, 2), new Uint8Array(4)), /Finite State Machine Error/],
  ['wrong-as', says(openMessage({ ...PEER, localASN: 65009 })), /Bad Peer AS \(2\/2\), sent by us/],
  ['stops-reading', { kind: 'stops-reading', ...PEER }, /Hold Timer Expired \(4\/0\), sent by us/],
];

/** So long after the start the attempts are counted, in milliseconds. */
const WATCHED = 8000;
/** Waits of 1, 2, 4 … seconds, each shorter by a quarter at most (RFC 4271 §10), leave room for so many. */
const mostAttempts = (ms: number): number => 2 + Math.floor(Math.log2(1 + ms / 750));
/** A reset that is there before the dial is answered is a refused dial: those come every `connectRetryTime` (1 s here). */
const mostDials = (ms: number): number => 2 + Math.floor(ms / 750);
/** The OPEN may take four minutes (RFC 4271 §8.2.2), and a session that comes up takes its hold time to fail. */
const PATIENT = ['silent', 'stops-reading'];

/** From the operator's word to the good peer, on a machine that is busy with other tests. */
const IN_TIME = 2000;

const LISTENER_OF = { survivor: '127.0.3.1', flooder: '127.0.3.2', dripper: '127.0.3.3' } as const;

interface PeerView {
  readonly peer: string;
  readonly state: string;
  readonly lastError: string | null;
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
};

describe('a vipcast among hostile peers', () => {
  const hostiles = new Map<string, Hostile>();
  const receivers = new Map<string, Receiver>();
  let vipcast: Vipcast;
  let listenPort: number;
  let started: number;
  let dripper: Server;
  let deaf: Hostile;
  let folder: string;
  let peersView: Following<{ readonly items: readonly PeerView[] }>;

  const receiver = (name: string): Receiver => receivers.get(name)!;

  const explained = (name: string, check: (view: PeerView) => void): Promise<PeerView> =>
    until(
      () => {
        const view = peersView.last()?.items.find(({ peer }) => peer === name);
        check(view!);
        return view;
      },
      { what: `${name} to be explained`, timeout: 30_000 },
    );

  const startDripper = async (): Promise<number> => {
    dripper = createServer(async (socket) => {
      socket.setNoDelay(true).on('error', () => socket.destroy());
      for (const byte of Buffer.concat([openMessage(PEER), KEEPALIVE, KEEPALIVE, KEEPALIVE])) {
        socket.write(Uint8Array.of(byte));
        await delay(5);
      }
    }).listen(0, LISTENER_OF.dripper);
    await once(dripper, 'listening');
    return (dripper.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    const peers: string[] = [];
    const add = (name: string, address: string, port: number, more = ''): unknown =>
      peers.push(`{ name: ${name}, address: ${address}, port: ${port}, peerASN: 65001${more} }`);
    const addReceiver = async (name: string, address: string): Promise<void> => {
      receivers.set(name, await startReceiver({ ...PEER, address, port: 0, holdTime: 9 }));
      add(name, address, receiver(name).port);
    };
    await addReceiver('good', '127.0.0.1');
    await addReceiver('survivor', LISTENER_OF.survivor);
    await addReceiver('flooder', LISTENER_OF.flooder);
    for (const [index, [name]] of FATAL.entries()) await addReceiver(name, `127.0.4.${index + 1}`);
    for (const [index, [name, hostility]] of CASES.entries()) {
      const address = `127.0.1.${index + 1}`;
      const hostile = await startHostile(hostility, address);
      hostiles.set(name, hostile);
      add(name, address, hostile.port, ', holdTime: 3s');
    }
    add('dripper', LISTENER_OF.dripper, await startDripper(), ', holdTime: 30s');
    add('caller', CALLER, 179, ', passive: true');
    // The kernel drops what is signed (RFC 2385) and comes to a listener without a key.
    folder = await scratch('hostile');
    await writeFile(`${folder}/password`, 'secret');
    deaf = await startHostile({ kind: 'silent' }, '127.0.5.1');
    add('deaf', '127.0.5.1', deaf.port, `, passwordFile: ${folder}/password`);
    listenPort = await freePort();
    started = performance.now();
    vipcast = await startVipcast(
      null,
      nodeYaml({
        bgp: `listen: { address: 127.0.0.1, port: ${listenPort} }`,
        peers,
        vips: ["{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }"],
      }),
    );
    await until(() => [...receivers.values()].every((each) => each.established()), {
      what: 'the good peers',
      timeout: 20_000,
      explain: () => vipcast.stderr(),
    });
    peersView = followPeers(vipcast);
  });

  afterEach(() => {
    expect(vipcast.alive()).toBe(true);
    expect(receiver('good').established()).toBe(true);
    expect(receiver('good').establishedCount()).toBe(1);
  });

  afterAll(async () => {
    await peersView?.[Symbol.asyncDispose]();
    await vipcast?.[Symbol.asyncDispose]();
    dripper?.close();
    await deaf?.[Symbol.asyncDispose]();
    await discard(folder);
    for (const each of [...receivers.values(), ...hostiles.values()]) await each[Symbol.asyncDispose]();
  });

  const cases = CASES.map(([name, , lastError, state]) => ({ name, lastError, state }));
  it.concurrent.each(cases)('explains a peer that does this: $name', async ({ name, lastError, state }) => {
    const seen = await explained(name, (view) => {
      if (lastError === null) expect(view.lastError).toBe(null);
      else expect(view.lastError).toMatch(lastError);
      if (state !== undefined) expect(view.state).toBe(state);
    });
    expect(seen.lastError ?? '').not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it.concurrent('explains a peer that does not answer at all', async () => {
    await explained('deaf', ({ lastError }) => expect(lastError).toBe('no answer to our call'));
  });

  it.concurrent('waits longer and longer between attempts, and does not give up', async () => {
    await until(() => performance.now() - started >= WATCHED, { what: 'time to pass' });
    const watched = performance.now() - started;
    const most = (name: string): number => (name === 'resets' ? mostDials : mostAttempts)(watched);
    const attempts = [...hostiles].map(([name, hostile]) => ({ name, count: hostile.connections() }));
    const [tooMany, tooFew] = [
      attempts.filter(({ name, count }) => count > most(name)),
      attempts.filter(({ name, count }) => count < 2 && !PATIENT.includes(name)),
    ];
    expect({ tooMany, tooFew }).toEqual({ tooMany: [], tooFew: [] });
  });

  it.concurrent('still tells a good peer of a new VIP in time', async () => {
    // How it ends depends on peers that are being lost; what it says of the good one does not.
    const { stdout } = await vipcast.cli('announce', '192.0.2.99');
    expect(stdout).toContain('good  192.0.2.99/32');
    const heard = receiver('good').updates.find((update) => known([update]).includes('192.0.2.99/32'));
    const heardAt = Date.now() - Number(process.hrtime.bigint() - heard!.at) / 1e6;
    const wish = (await logOf(vipcast)).find(({ type }) => type === 'operator.AnnounceRequested');
    expect(heardAt - Date.parse(wish!.at)).toBeLessThan(IN_TIME);
  });

  it.concurrent('understands a peer that speaks one byte at a time', async () => {
    await explained('dripper', ({ state }) => expect(state).toBe('Established'));
  });

  it.concurrent('keeps the session through UPDATEs that RFC 7606 lets live', async () => {
    const survivor = receiver('survivor');
    for (const bytes of Object.values(SURVIVABLE)) survivor.send(bytes);
    await until(() => known(survivor.updates).includes('192.0.2.10/32'), { what: 'the routes' });
    survivor.clear();
    // The answer to a later request shows that everything before it was read.
    survivor.send(messageOf(5, '0001 00 01'));
    await until(() => known(survivor.updates).includes('192.0.2.10/32'), { what: 'the routes again' });
    expect([survivor.established(), survivor.establishedCount(), survivor.others]).toEqual([true, 1, []]);
  });

  it.concurrent.each(FATAL)('ends the session on this alone: %s', async (name, bytes, lastError) => {
    receiver(name).send(bytes);
    await explained(name, (view) => expect(view.lastError).toMatch(lastError));
    expect(receiver(name).others[0]?.[18]).toBe(3);
  });

  it.concurrent('survives 5,000 requests for a refresh at once', async () => {
    const flooder = receiver('flooder');
    flooder.clear();
    flooder.send(Buffer.concat(Array.from({ length: 5000 }, () => messageOf(5, '0001 00 01'))));
    await until(() => known(flooder.updates).includes('192.0.2.10/32'), { what: 'the routes again' });
    expect(flooder.establishedCount()).toBe(1);
  });

  it.concurrent('says nothing to an address that is no peer', async () => {
    const strangers = Array.from({ length: 50 }, async () => {
      const socket = connect({ host: '127.0.0.1', port: listenPort, localAddress: '127.0.9.9' });
      let heard = 0;
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.length;
      });
      socket.on('error', () => socket.destroy());
      socket.write(openMessage(PEER));
      await closed(socket);
      return heard;
    });
    expect(await Promise.all(strangers)).toEqual(Array(50).fill(0));
  });

  it.concurrent('keeps the session of a caller who calls again', async () => {
    const call = () => {
      const socket = connect({ host: '127.0.0.1', port: listenPort, localAddress: CALLER });
      socket.on('error', () => socket.destroy());
      socket.write(openMessage(PEER));
      socket.write(KEEPALIVE);
      return socket.resume();
    };
    const first = call();
    await explained('caller', ({ state }) => expect(state).toBe('Established'));
    await closed(call());
    expect(first.closed).toBe(false);
    expect(peersView.last()!.items.find(({ peer }) => peer === 'caller')!.state).toBe('Established');
    first.destroy();
  });
});
