import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { messages, openMessage } from '../../interop/bgp-bytes.ts';
import { LOCAL_ASN, type Peer, ROUTER_ID } from './speaker.ts';

// The child's side of bare.ts: one thread says so, and the other writes an UPDATE that was ready all along.

const OPEN = 1;
const KEEPALIVE = 4;
const KEEPALIVE_INTERVAL = 2000;

const message = (type: number, body: string): Uint8Array => {
  const bytes = Buffer.from(body, 'hex');
  return Buffer.concat([Buffer.alloc(16, 0xff), Buffer.from([0, 19 + bytes.length, type]), bytes]);
};
const KEEPALIVE_MESSAGE = message(KEEPALIVE, '');
/** 203.0.113.1/32 by AS 65000, next hop 127.0.0.1 (RFC 4271 §4.3); and gone. */
const ANNOUNCED = message(2, '000000144001010040020602010000fde84003047f00000120cb007101');
const WITHDRAWN = message(2, '000520cb0071010000');

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  process.on('message', (isAnnounced: boolean) => {
    const at = process.hrtime.bigint();
    thread.postMessage(isAnnounced);
    process.send!({ at });
  });
} else {
  const { address, port } = JSON.parse(workerData as string) as Peer;
  const socket = connect(port, address).setNoDelay(true);
  const take = messages();
  socket.on('data', (chunk: Uint8Array) => {
    if (take(chunk).some((each) => each[18] === OPEN)) socket.write(KEEPALIVE_MESSAGE);
  });
  socket.write(openMessage({ localASN: LOCAL_ASN, routerId: ROUTER_ID }));
  setInterval(() => socket.write(KEEPALIVE_MESSAGE), KEEPALIVE_INTERVAL);
  parentPort?.on('message', (isAnnounced: boolean) => socket.write(isAnnounced ? ANNOUNCED : WITHDRAWN));
}
