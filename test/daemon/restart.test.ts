import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { followLog } from './following.ts';
import { advertisedIn, logOf } from './log-of.ts';
import { known } from './route-table.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const ROUNDS = 4;
/** Longer than the hold time of 3 s. */
const PAUSE = 4500;
/** Longer than a command takes, so that a kill meets each of its stages. */
const LATEST_KILL = 2500;
/** After Established, so long until the peer knows what the log knew. */
const SOON = 2000;
const SHAKY = '192.0.2.20/32';
const WEB = ['192.0.2.10/32', '2001:db8:1::10/128'];

/** A vipcast and the one router that it talks to. */
interface Pair extends AsyncDisposable {
  readonly receiver: Receiver;
  readonly vipcast: Vipcast;
}

const startPair = async (vips: readonly string[], timers = ''): Promise<Pair> => {
  const receiver = await startReceiver({ ...PEER, holdTime: 3 });
  const peers = [localPeer('tor', receiver.port, timers)];
  const vipcast = await startVipcast(null, nodeYaml({ peers, vips }));
  const heard = () => receiver.established() && known(receiver.updates).length > 0;
  await until(heard, { what: 'the first routes', timeout: 20_000, explain: vipcast.stderr });
  return {
    receiver,
    vipcast,
    [Symbol.asyncDispose]: async () => {
      await vipcast[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
};

/** A TCP service that comes and goes until it is told to stop. */
const startUnsteadyService = async (): Promise<
  { port: number; settle(): Promise<void> } & AsyncDisposable
> => {
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  let flipping = true;
  const flip = async (): Promise<void> => {
    while (flipping) {
      await delay(randomInt(100, 400));
      server.close();
      await delay(randomInt(100, 400));
      server = await listen(port);
    }
  };
  const flipped = flip();
  const settle = async (): Promise<void> => {
    flipping = false;
    await flipped;
  };
  return {
    port,
    settle,
    [Symbol.asyncDispose]: async () => {
      await settle();
      server.close();
    },
  };
};

/** The positions that a command's output names. */
const positionsIn = (output: string): readonly number[] =>
  [...output.matchAll(/\(seq (\d+)\)/g)].map(([, position]) => Number(position));

describe('a vipcast that is killed', () => {
  it('announces again what its log knew, and has lost nothing that it confirmed', {
    timeout: 120_000,
  }, async () => {
    await using service = await startUnsteadyService();
    await using pair = await startPair([
      "{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }",
      `{ name: shaky, addresses: [192.0.2.20], healthCheck: { tcp: '127.0.0.1:${service.port}', interval: 50ms, timeout: 50ms, rise: 1, fall: 1 } }`,
    ]);
    const { receiver, vipcast } = pair;
    const [seed] = fc.sample(fc.nat(), 1);
    const moments = fc.sample(fc.nat(LATEST_KILL), { numRuns: ROUNDS, seed: seed! });
    const confirmed: number[] = [];
    let announced: string[] = [];

    for (const [round, moment] of moments.entries()) {
      const about = `seed ${seed}, round ${round}, killed after ${moment} ms`;
      const address = `198.51.100.${round + 1}`;
      const commands = [
        vipcast.cli('announce', address, `2001:db8:2::${round + 1}`, '--timeout', '2s'),
        ...announced.map((each) => vipcast.cli('withdraw', each, '--timeout', '2s')),
      ];
      announced = [address];
      // In the last round it is killed with everything confirmed.
      await (round === ROUNDS - 1 ? Promise.all(commands) : delay(moment));
      await vipcast.kill();
      for (const { code, stdout } of await Promise.all(commands))
        if (code === 0) confirmed.push(...positionsIn(stdout));
      await until(() => !receiver.established(), { what: 'the connection to end' });
      receiver.clear();

      const before = await logOf(vipcast);
      const positions = new Set(before.map(({ seq }) => seq));
      expect([about, confirmed.filter((position) => !positions.has(position))]).toEqual([about, []]);

      await vipcast.restart();
      await until(receiver.established, { what: `the session, ${about}`, timeout: 20_000, interval: 10 });
      const established = process.hrtime.bigint();
      const steady = advertisedIn(before).filter((prefix) => prefix !== SHAKY);
      expect(steady).toEqual(expect.arrayContaining(WEB));
      const heard = () => known(receiver.updates).filter((prefix) => prefix !== SHAKY);
      await until(() => expect(heard()).toEqual(steady) ?? true, {
        what: `what the log knew, ${about}`,
        timeout: SOON,
        interval: 10,
        explain: () => `heard ${heard()}; the log knew ${steady}`,
      });
      expect(process.hrtime.bigint() - established).toBeLessThan(BigInt(SOON) * 1_000_000n);
    }

    expect(confirmed).not.toEqual([]);
    await service.settle();
    await using log = followLog(vipcast);
    await until(
      () => {
        expect(known(receiver.updates)).toEqual(advertisedIn(log.all()));
        return known(receiver.updates).includes(SHAKY);
      },
      { what: 'the peer and the log to agree', timeout: 20_000 },
    );
  });

  it('takes an operator’s word that it was not there to hear', async () => {
    await using pair = await startPair(['{ name: web, addresses: [192.0.2.10] }']);
    const { receiver, vipcast } = pair;
    expect((await vipcast.cli('announce', '198.51.100.1')).code).toBe(0);
    await vipcast.kill();
    const { code, stderr } = await vipcast.cli('withdraw', '192.0.2.10');
    expect([code, stderr]).toEqual([4, expect.stringContaining('takes effect when the daemon of n1 starts')]);
    receiver.clear();
    await vipcast.restart();
    await until(() => known(receiver.updates).join() === '198.51.100.1/32', {
      what: 'the operator’s VIP alone',
      timeout: 20_000,
      explain: () => known(receiver.updates).join(),
    });
    expect((await vipcast.cli('announce', '192.0.2.10')).code).toBe(0);
    expect(known(receiver.updates)).toEqual(['192.0.2.10/32', '198.51.100.1/32']);
  });
});

describe('a vipcast that is stopped in its tracks', () => {
  it.concurrent('recovers from a pause longer than the hold time', async () => {
    await using pair = await startPair(['{ name: web, addresses: [192.0.2.10] }'], 'holdTime: 3s');
    const { receiver, vipcast } = pair;
    process.kill(vipcast.pid(), 'SIGSTOP');
    await delay(PAUSE);
    // A router would have given up by now.
    receiver.disconnect();
    receiver.clear();
    process.kill(vipcast.pid(), 'SIGCONT');
    await until(() => receiver.establishedCount() === 2 && known(receiver.updates).length === 1, {
      what: 'the session and the route again',
      timeout: 20_000,
    });
    expect(vipcast.alive()).toBe(true);
  });

  it.concurrent('hears what arrived during a pause before it judges the silence', async () => {
    await using pair = await startPair(['{ name: web, addresses: [192.0.2.10] }'], 'holdTime: 3s');
    const { receiver, vipcast } = pair;
    process.kill(vipcast.pid(), 'SIGSTOP');
    await delay(PAUSE);
    process.kill(vipcast.pid(), 'SIGCONT');
    expect((await vipcast.cli('announce', '192.0.2.11')).code).toBe(0);
    expect(receiver.establishedCount()).toBe(1);
    expect(receiver.others).toEqual([]);
  });
});
