import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { createNetwork, type Network } from './namespace.ts';
import { until } from './poll.ts';
import { type ReceiverProcess, startReceiverProcess } from './receiver-process.ts';
import { startBird } from './routers/bird.ts';
import { startExabgp } from './routers/exabgp.ts';
import { startFrr } from './routers/frr.ts';
import { startGobgp } from './routers/gobgp.ts';
import { startOpenbgpd } from './routers/openbgpd.ts';
import type { Router } from './routers/router.ts';

const ROUTERS = [
  { name: 'frr', requirement: 'frr', start: startFrr, asks: true },
  { name: 'bird', requirement: 'bird2', start: startBird, asks: true },
  { name: 'openbgpd', requirement: 'openbgpd', start: startOpenbgpd, asks: true },
  { name: 'exabgp', requirement: 'exabgp', start: startExabgp, asks: true },
  // GoBGP keeps what it heard and evaluates that again.
  { name: 'gobgp', requirement: 'gobgpd', start: startGobgp, asks: false },
] as const;
const PRESENT = ROUTERS.filter(({ requirement }) => have(requirement));
const LISTENER = 4_200_000_001;
const PORT = 1790;

type Name = (typeof ROUTERS)[number]['name'];

describe.skipIf(!have('namespaces', 'iproute2'))('a receiver on a port of its own', () => {
  let network: Network<'receiver' | Name>;
  const receivers = new Map<Name, ReceiverProcess>();
  const routers = new Map<Name, Router>();

  beforeAll(async () => {
    network = await createNetwork('receiver', ...PRESENT.map(({ name }) => name));
    const { receiver, ...hosts } = network.hosts;
    const startPair = async ({ name, start }: (typeof ROUTERS)[number], index: number): Promise<void> => {
      const port = PORT + index;
      const settings = { localASN: LISTENER, routerId: '10.9.9.9', address: receiver.ipv4, port };
      receivers.set(name, await startReceiverProcess(receiver.namespace, settings));
      const router = await start(hosts[name], {
        localASN: 65002,
        routerId: hosts[name].ipv4,
        originate: ['198.51.100.1/32', '198.51.100.2/32'],
        neighbors: [
          {
            address: receiver.ipv4,
            localAddress: hosts[name].ipv4,
            peerASN: LISTENER,
            passive: false,
            families: ['ipv4-unicast', 'ipv6-unicast'],
            port,
          },
        ],
      });
      routers.set(name, router);
    };
    await Promise.all(PRESENT.map(startPair));
  });

  afterAll(async () => {
    const all = [...routers.values(), ...receivers.values()];
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
    await network?.[Symbol.asyncDispose]();
  });

  it.concurrent.each(PRESENT)('hears $name', async ({ name, asks }) => {
    const receiver = receivers.get(name)!;
    const router = routers.get(name)!;
    const announced = async () =>
      (await receiver.record()).updates.reduce((sum, { count }) => sum + count.announced.ipv4, 0);
    await until(async () => (await announced()) === 2, {
      what: `two prefixes from ${name}`,
      timeout: 20_000,
      explain: () => router.logs(),
    });
    await until(async () => (await router.session()).state === 'Established', { what: `${name} to agree` });
    expect((await receiver.state()).open?.[18]).toBe(1);

    const refreshed = async () => (await receiver.record()).others.filter((bytes) => bytes[18] === 5);
    await router.requestRefresh();
    if (asks) {
      // RFC 2918 §3: AFI, a reserved byte, SAFI.
      const families = async () => (await refreshed()).map((bytes) => [...bytes.slice(19)].join());
      await until(
        async () => {
          expect((await families()).toSorted()).toEqual(['0,1,0,1', '0,2,0,1']);
          return true;
        },
        { what: `${name} to ask for both families` },
      );
    } else {
      // A later withdrawal proves that an earlier request would have come by now.
      await router.cli('global', 'rib', 'del', '198.51.100.2/32');
      await until(
        async () => (await receiver.record()).updates.some(({ count }) => count.withdrawn.ipv4 > 0),
        {
          what: 'the withdrawal',
        },
      );
      expect(await refreshed()).toEqual([]);
    }

    await router.stop();
    await until(async () => !(await receiver.state()).established, { what: `${name} to go` });
  });
});
