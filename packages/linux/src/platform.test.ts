import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dial, listen, openSocket } from './index.ts';

describe('on another system', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const elsewhere = () => {
    vi.stubGlobal('process', Object.create(process, { platform: { value: 'darwin' } }));
  };

  it('names the options that need Linux', async () => {
    elsewhere();
    expect(() => openSocket({ family: 4, ttl: 255, device: 'en0' })).toThrow(
      'device, ttl: only supported on Linux',
    );
    const socket = dial({ host: '127.0.0.1', port: 1, minTtl: 255 });
    const error = await once(socket, 'connect').catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
      message: expect.stringMatching(/^minTtl/),
    });
  });

  it('dials and listens with plain options', async () => {
    elsewhere();
    const server = listen({ address: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const socket = dial({ host: '127.0.0.1', port, localAddress: '127.0.0.1' });
    await once(socket, 'connect');
    socket.destroy();
    server.close();
  });
});

describe.runIf(process.platform === 'linux')('koffi', () => {
  const mapped = () => readFileSync('/proc/self/maps', 'utf8').includes('koffi');
  const dialled = (more: { ttl?: number }) =>
    once(dial({ host: '127.0.0.1', port: 1, ...more }), 'connect').catch((reason) => reason.code);

  it('is loaded by the first option that needs it', async () => {
    expect(await dialled({})).toBe('ECONNREFUSED');
    expect(mapped()).toBe(false);
    expect(await dialled({ ttl: 64 })).toBe('ECONNREFUSED');
    expect(mapped()).toBe(true);
  });
});
