import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { countUpdate, messages, notificationMessage, openMessage } from './bgp-bytes.ts';
import { type Hostility, startHostile } from './hostile.ts';
import { until } from './poll.ts';
import { startReceiver } from './receiver.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

// Built by hand from RFC 4271 §4.3 and RFC 4760 §3 and §4: withdraws 10.0.0.0/8, announces 192.0.2.0/24 and
// 192.0.2.128/25; MP_REACH with two IPv6 prefixes (extended length), MP_UNREACH with the default route of IPv6.
const UPDATE = hex(`
  ffffffffffffffffffffffffffffffff 005e 02
  0002 080a
  003c
  400101 00
  400200
  400304 0a000001
  900e 0023 0002 01 10 fd000000000000000000000000000001 00 20 20010db8 40 20010db800000001
  800f 04 0002 01 00
  18 c00002 19 c0000280
`);

describe('an UPDATE', () => {
  it('is counted per family', () => {
    expect(UPDATE.length).toBe(0x5e);
    expect(countUpdate(UPDATE)).toEqual({
      announced: { ipv4: 2, ipv6: 2 },
      withdrawn: { ipv4: 1, ipv6: 1 },
    });
  });

  it('is found in a stream however it is cut', () => {
    const stream = Buffer.concat([UPDATE, UPDATE]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const take = messages();
      const found = [...take(stream.subarray(0, cut)), ...take(stream.subarray(cut))];
      expect(found.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
        [UPDATE, UPDATE].map((bytes) => Buffer.from(bytes).toString('hex')),
      );
    }
  });
});

describe('two receivers', () => {
  const settings = { address: '127.0.0.1', port: 0, routerId: '10.0.0.1' };

  it('establish, and record what arrives and when', async () => {
    await using listener = await startReceiver({ ...settings, localASN: 65001 });
    const caller = { ...settings, localASN: 4_200_000_001, port: listener.port, dial: true };
    await using dialler = await startReceiver({ ...caller, extendedNextHop: true });
    await until(() => listener.established() && dialler.established(), { what: 'both to establish' });
    const before = process.hrtime.bigint();
    dialler.send(UPDATE);
    await until(() => listener.updates.length === 1, { what: 'the update' });
    const [update] = listener.updates;
    expect(update!.at).toBeGreaterThan(before);
    expect(Buffer.from(update!.bytes)).toEqual(Buffer.from(UPDATE));
    dialler.send(notificationMessage(6, 2));
    await until(() => listener.others.length === 1, { what: 'the notification' });
    dialler.disconnect();
    await until(() => !listener.established(), { what: 'the end' });
    expect(listener.establishedCount()).toBe(1);
  });
});

describe('a hostile peer', () => {
  /** What a client that sends an OPEN reads until the connection ends or `enough` bytes are there. */
  const meet = async (hostility: Hostility, enough = Infinity): Promise<{ text: Buffer; error?: string }> => {
    await using peer = await startHostile(hostility, '127.0.0.1');
    const socket = connect(peer.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    let error: string | undefined;
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (problem: NodeJS.ErrnoException) => {
      error = problem.code;
    });
    socket.write(openMessage({ localASN: 65001, routerId: '10.0.0.1' }));
    const closed = once(socket, 'close').catch(() => {});
    const filled = until(() => Buffer.concat(chunks).length >= enough || socket.closed, {
      what: 'an answer',
    });
    await Promise.race([closed, filled]);
    socket.destroy();
    return { text: Buffer.concat(chunks), ...(error === undefined ? {} : { error }) };
  };

  it('closes', async () => {
    expect((await meet({ kind: 'closes' })).text).toHaveLength(0);
  });

  it('resets', async () => {
    expect((await meet({ kind: 'resets' })).error).toBe('ECONNRESET');
  });

  it.each([
    ['garbage', 512, [13]],
    ['tls', 43, [0x16, 3, 1]],
    ['http', 32, [...Buffer.from('HTTP/1.1 400')]],
  ] as const)('talks %s', async (kind, length, start) => {
    const { text } = await meet({ kind }, length);
    expect([...text.subarray(0, start.length)]).toEqual([...start]);
  });

  it('refuses an OPEN with the NOTIFICATION it was given', async () => {
    const { text } = await meet({ kind: 'refuses', code: 2, subcode: 2, data: [0xfd, 0xe8] });
    expect(text.toString('hex')).toBe(`${'ff'.repeat(16)}0017030202fde8`);
  });

  it('stops reading once established', async () => {
    await using peer = await startHostile(
      { kind: 'stops-reading', localASN: 65001, routerId: '10.0.0.1' },
      '127.0.0.1',
    );
    const socket = connect(peer.port, '127.0.0.1');
    socket.write(openMessage({ localASN: 65001, routerId: '10.0.0.1' }));
    await once(socket, 'data');
    const flood = new Uint8Array(1 << 16);
    await until(() => !socket.write(flood) && socket.writableLength > 1 << 24, {
      what: 'the window to close',
      interval: 0,
    });
    socket.destroy();
  });
});
