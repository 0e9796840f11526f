import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createLogger } from '@vipcast/runtime';
import { afterEach, expect, it } from 'vitest';
import { createListening, type Listening } from './listening.ts';

let listening: Listening | undefined;
afterEach(() => listening?.stop());

const said: string[] = [];
const logger = Object.assign(createLogger('silent'), {
  info: (_: unknown, text: string) => said.push(text),
  error: (about: { because: string }) => said.push(about.because),
});

const take = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const free = async (server: Server): Promise<number> => {
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

const isUp = async (port: number): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status === 200;

it('says once that a place is taken, takes it when it can, moves and goes', async () => {
  said.length = 0;
  const other = await take(0);
  const { port } = other.address() as { port: number };
  listening = createListening({ answer: () => ({ status: 200, text: 'ok\n' }), logger, retryTime: 20 });
  listening.want(`127.0.0.1:${port}`);
  await expect.poll(() => said).toEqual(['another process listens there']);
  await free(other);
  await expect.poll(() => isUp(port)).toBe(true);
  expect(said).toEqual(['another process listens there', 'the looking glass listens']);

  const next = await free(await take(0));
  listening.want(`127.0.0.1:${next}`);
  await expect.poll(() => isUp(next)).toBe(true);
  expect(await isUp(port)).toBe(false);

  listening.want('192.0.2.1:1');
  await expect.poll(() => said.at(-1)).toBe('this host has no such address');
  expect(await isUp(next)).toBe(false);

  listening.want(`127.0.0.1:${next}`);
  await expect.poll(() => isUp(next)).toBe(true);
  listening.want(null);
  await expect.poll(() => isUp(next)).toBe(false);
});
