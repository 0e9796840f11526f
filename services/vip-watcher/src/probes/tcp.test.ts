import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { probeTcp } from './tcp.ts';

const never = new AbortController().signal;

describe('a TCP probe', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('connects to %s and closes', async (address, host) => {
    const closed: boolean[] = [];
    const server = createServer((socket) => {
      socket.on('end', () => closed.push(true)).resume();
    });
    server.listen(0, address);
    await once(server, 'listening');
    const target = `${host}:${(server.address() as AddressInfo).port}`;
    expect(await probeTcp(target, never)).toEqual({ healthy: true, detail: `connected to ${target}` });
    await expect.poll(() => closed).toEqual([true]);
    await promisify(server.close.bind(server))();
    expect(await probeTcp(target, never)).toEqual({ healthy: false, detail: 'connection refused' });
  });

  it('knows nothing when it must give up', async () => {
    const giveUp = new AbortController();
    // TEST-NET-1 answers nobody; whether the machine has a route to it or not, nothing is known in time.
    const outcome = probeTcp('192.0.2.1:1', giveUp.signal);
    giveUp.abort();
    expect(await outcome).toBeUndefined();
  });
});
