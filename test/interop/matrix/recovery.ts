import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../poll.ts';
import type { Contender } from './contenders.ts';
import { type Lab, startLab, VIAS } from './lab.ts';
import { agree, facts } from './views.ts';

const WEB = { name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] };
const API = { name: 'api', addresses: ['192.0.2.11', '2001:db8:1::11'] };
/** What the issue allows from Established to the last route. */
const PROMPT = 2000;

/** What is left after either end dies without a word. */
export const describeRecovery = (contender: Contender): void => {
  describe('after SIGKILL', () => {
    let lab: Lab;

    beforeAll(async () => {
      // OpenBGPD takes no IPv6 next hop for IPv4, so that its IPv6 session hears IPv4 with an IPv4 one.
      const nextHop = { strategy: 'fixed', ipv4: '10.0.0.1', ipv6: 'fd00::1' };
      lab = await startLab(contender, { peer: { nextHop } });
    });

    afterAll(() => lab?.[Symbol.asyncDispose]());

    const hears = async (names: readonly number[], timeout?: number): Promise<void> => {
      for (const via of VIAS) {
        const hosts = [...names].sort();
        await lab.hears(
          via,
          'ipv4-unicast',
          hosts.map((host) => ({ prefix: `192.0.2.${host}/32`, nextHop: '10.0.0.1' })),
          timeout,
        );
        await lab.hears(
          via,
          'ipv6-unicast',
          hosts.map((host) => ({ prefix: `2001:db8:1::${host}/128`, nextHop: 'fd00::1' })),
          timeout,
        );
      }
    };

    it('a router that comes back hears everything again', async () => {
      await lab.configure({ vips: [WEB, API] });
      await lab.established();
      await hears([10, 11]);
      await lab.router.kill();
      await lab.router.restart();
      await lab.established();
      await hears([10, 11], PROMPT);
      await agree(lab);
      for (const via of VIAS) expect(await lab.router.endsOfRib(lab.neighbor(via))).toBe(2);
    });

    it('a vipcast that comes back announces what it is told now and what an operator told it', async () => {
      await lab.configure({ vips: [WEB, API] });
      await lab.established();
      await hears([10, 11]);
      expect(await lab.vipcast.cli('announce', '192.0.2.12', '2001:db8:1::12')).toMatchObject({ code: 0 });
      await hears([10, 11, 12]);
      const counts = await lab.establishedCounts();

      await lab.vipcast.kill('SIGKILL');
      await lab.configure({ vips: [WEB] });
      await lab.vipcast.restart();
      await lab.establishedSince(counts);
      await hears([10, 12], PROMPT);
      for (const via of VIAS) {
        await until(async () => (await lab.router.endsOfRib(lab.neighbor(via))) >= 2, { what: 'End-of-RIB' });
      }

      const all = await facts(lab.vipcast);
      const since = all.slice(all.findLastIndex(({ type }) => type === 'node.Started'));
      for (const via of VIAS) {
        const of = (type: string) =>
          since
            .filter((fact) => fact.type === type && fact.data.peer === via)
            .map(({ at }) => Date.parse(at));
        const last = Math.max(...of('route.Announced'));
        expect(last - of('session.Established')[0]!).toBeLessThan(PROMPT);
      }
      await agree(lab);
      await lab.vipcast.cli('withdraw', '192.0.2.12', '2001:db8:1::12');
      await hears([10]);
    });
  });
};
