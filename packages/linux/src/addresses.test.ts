import { setTimeout as delay } from 'node:timers/promises';
import { formatAddress } from '@vipcast/net';
import { afterEach, describe, expect, it } from 'vitest';
import { createNamespace, isRoot, type Namespace, type Probe } from './fixture/namespace.ts';
import { readAddresses } from './index.ts';

describe('this host', () => {
  it('has a loopback address', async () => {
    const addresses = await readAddresses();
    expect(addresses.map((host) => [formatAddress(host.address), host.length, host.scope])).toContainEqual([
      '127.0.0.1',
      8,
      'host',
    ]);
  });
});

describe.runIf(isRoot)('in a namespace', () => {
  const spaces: Namespace[] = [];
  const probes: Probe[] = [];

  afterEach(() => {
    for (const probe of probes.splice(0)) probe.stop();
    for (const space of spaces.splice(0)) space.remove();
  });

  const space = (): Namespace => {
    const made = createNamespace();
    spaces.push(made);
    made.ip('link add a0 type veth peer name b0');
    made.ip('link set a0 addrgenmode none up');
    made.ip('link set b0 addrgenmode none up');
    return made;
  };

  const read = async (from: Namespace, env?: Record<string, string>): Promise<unknown> => {
    const probe = from.probe('read', {}, env);
    probes.push(probe);
    return probe.next();
  };

  const LOOPBACKS = ['lo 127.0.0.1/8 host', 'lo ::1/128 host'];
  const WITHOUT_IP = { PATH: '/nonexistent' };

  describe.each<[string, Record<string, string>]>([
    ['with ip', {}],
    ['without ip', WITHOUT_IP],
  ])('%s', (_, env) => {
    it('reads addresses and their flags', async () => {
      const from = space();
      from.ip('addr add 10.0.0.7/24 dev a0 label a0:web');
      from.ip('addr add 2001:db8::7/64 dev a0 nodad');
      from.ip('addr add 2001:db8::8/64 dev a0 nodad preferred_lft 0');
      from.ip('addr add fe80::7/64 dev a0 nodad');
      expect(new Set((await read(from, env)) as string[])).toEqual(
        new Set([
          ...LOOPBACKS,
          'a0 10.0.0.7/24 global',
          'a0 2001:db8::7/64 global',
          'a0 2001:db8::8/64 global deprecated',
          'a0 fe80::7/64 link',
        ]),
      );
    });

    it('reads failed duplicate address detection', async () => {
      const from = space();
      const far = createNamespace();
      spaces.push(far);
      from.ip(`link set b0 netns ${far.name}`);
      far.ip('link set b0 up');
      far.ip('addr add 2001:db8::7/64 dev b0 nodad');
      from.ip('addr add 2001:db8::7/64 dev a0');
      let seen: unknown;
      for (let tries = 0; tries < 100; tries++) {
        seen = ((await read(from, env)) as string[]).find((line) => line.startsWith('a0 2001:db8::7/64'));
        if (String(seen).includes('dadFailed')) break;
      }
      expect(seen).toBe('a0 2001:db8::7/64 global tentative dadFailed');
    });

    it('notices what is added, removed and goes down', async () => {
      const from = space();
      const watch = from.probe('watch', {}, env);
      probes.push(watch);
      const now = async () => new Set((await watch.next()) as string[]);
      expect(await now()).toEqual(new Set(LOOPBACKS));
      from.ip('addr add 10.0.0.7/24 dev a0');
      expect(await now()).toEqual(new Set([...LOOPBACKS, 'a0 10.0.0.7/24 global']));
      from.ip('addr add 2001:db8::7/64 dev a0 nodad');
      expect(await now()).toEqual(
        new Set([...LOOPBACKS, 'a0 10.0.0.7/24 global', 'a0 2001:db8::7/64 global']),
      );
      from.ip('addr del 10.0.0.7/24 dev a0');
      expect(await now()).toEqual(new Set([...LOOPBACKS, 'a0 2001:db8::7/64 global']));
      from.ip('link set a0 down');
      expect(await now()).toEqual(new Set(LOOPBACKS));
    });
  });

  it('goes on watching when ip monitor ends, and starts it again', async () => {
    const from = space();
    const watch = from.probe('watch');
    probes.push(watch);
    const monitors = () => from.processes().filter(({ command }) => command.includes('monitor'));
    const monitor = async () => {
      for (let tries = 0; tries < 500; tries++) {
        const found = monitors()[0];
        if (found !== undefined) return found.pid;
        await delay(10);
      }
      throw new Error('nobody runs ip monitor');
    };
    await watch.next();
    const first = await monitor();
    process.kill(first);
    from.ip('addr add 10.0.0.7/24 dev a0');
    expect(await watch.next()).toContain('a0 10.0.0.7/24 global');
    expect(await monitor()).not.toBe(first);
    from.ip('addr add 10.0.0.8/24 dev a0');
    expect(await watch.next()).toContain('a0 10.0.0.8/24 global');
  });

  it('reads a temporary address', async () => {
    const from = space();
    from.setKernel('ipv6/conf/a0/use_tempaddr', '2');
    from.ip('addr add 2001:db8::7/64 dev a0 nodad mngtmpaddr');
    const watch = from.probe('watch');
    probes.push(watch);
    let seen: string[] = [];
    while (!seen.some((line) => /^a0 2001:db8::.*global temporary$/.test(line))) {
      seen = (await watch.next()) as string[];
    }
    expect(seen).toContain('a0 2001:db8::7/64 global');
  });
});
