import { expect, it } from 'vitest';
import { run } from '../process.ts';
import type { Contender } from './contenders.ts';
import { startLab } from './lab.ts';
import { facts, type NextHopView, view } from './views.ts';

const V4 = '192.0.2.10/32';
const V6 = '2001:db8:1::10/128';

/** On each session, the family that is not its own; `better` wins by the order of design/next-hop.md. */
const CASES = [
  {
    via: 'ipv4',
    own: { family: 'ipv4-unicast', prefix: V4, nextHop: '10.0.0.1' },
    other: { family: 'ipv6-unicast', prefix: V6, nextHop: 'fd00::1' },
    length: 64,
    // Global before unique-local.
    better: '2001:db8:ff::1',
    neighbor: '2001:db8:ff::2',
  },
  {
    via: 'ipv6',
    own: { family: 'ipv6-unicast', prefix: V6, nextHop: 'fd00::1' },
    other: { family: 'ipv4-unicast', prefix: V4, nextHop: '10.0.0.1' },
    length: 24,
    // The lowest.
    better: '9.9.9.1',
    neighbor: '9.9.9.2',
  },
] as const;

/** Next hops follow the addresses of the host, on a session that stays up. */
export const describeAddresses = (contender: Contender): void => {
  it.each(CASES)(
    'an address comes and goes under a session over $via',
    async ({ via, own, other, length, better, neighbor }) => {
      await using lab = await startLab(contender, {
        vias: [via],
        vips: [{ name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] }],
        peer: { sourceInterface: 'eth0', nextHop: { strategy: 'source-interface' } },
        // Some routers refuse a next hop that is on no link of theirs.
        prepare: async ({ hosts }) => {
          const { namespace } = hosts.router;
          await run(null, [
            'ip',
            '-n',
            namespace,
            'addr',
            'add',
            `${neighbor}/${length}`,
            'dev',
            'eth0',
            ...nodad(neighbor),
          ]);
        },
      });
      const { namespace } = lab.network.hosts.vipcast;
      const address = (verb: 'add' | 'del', text: string) =>
        run(null, [
          'ip',
          '-n',
          namespace,
          'addr',
          verb,
          `${text}/${length}`,
          'dev',
          'eth0',
          ...(verb === 'add' ? nodad(text) : []),
        ]);
      const hears = async (nextHop: string | undefined) => {
        const { prefix, family } = other;
        await lab.hears(via, family, nextHop === undefined ? [] : [{ prefix, nextHop }]);
      };
      const decision = async () => {
        const rows = await view<NextHopView>(lab.vipcast, 'next-hops');
        return rows.find(({ family }) => family === other.family);
      };

      await lab.established();
      await hears(other.nextHop);
      await lab.hears(via, own.family, [{ prefix: own.prefix, nextHop: own.nextHop }]);
      const counts = await lab.establishedCounts();

      await address('add', better);
      await hears(better);
      await address('del', better);
      await hears(other.nextHop);
      await address('del', other.nextHop);
      await hears(undefined);
      expect(await decision()).toMatchObject({ nextHops: [], reason: 'no-candidate' });
      expect(await lab.vipcast.cli('why', other.prefix)).toMatchObject({ code: 1 });
      await lab.hears(via, own.family, [{ prefix: own.prefix, nextHop: own.nextHop }]);
      await address('add', other.nextHop);
      await hears(other.nextHop);

      const all = await facts(lab.vipcast);
      const about = (prefix: string) =>
        all
          .filter(
            ({ type, data }) => type.startsWith('route.') && (data.prefixes as string[]).includes(prefix),
          )
          .map(({ type }) => type);
      expect(about(own.prefix)).toEqual(['route.Announced']);
      expect(about(other.prefix)).toEqual([
        'route.Announced',
        'route.Announced',
        'route.Announced',
        'route.Withdrawn',
        'route.Refused',
        'route.Announced',
      ]);
      expect(all.filter(({ type }) => type === 'session.Closed')).toEqual([]);
      expect(await lab.establishedCounts()).toEqual(counts);
    },
  );
};

const nodad = (address: string): readonly string[] => (address.includes(':') ? ['nodad'] : []);
