import type { Family } from '@vipcast/net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../poll.ts';
import type { Contender } from './contenders.ts';
import { type Expected, type Lab, type Section, startLab, VIPCAST_ASN, type Via } from './lab.ts';
import { agree, facts, type NextHopView, spelled, view } from './views.ts';

const V4 = '192.0.2.10/32';
const V6 = '2001:db8:1::10/128';
const WEB = { name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] };
const API = { name: 'api', addresses: ['192.0.2.11', '2001:db8:1::11'] };

/** A cell of design/next-hop.md: what routes of the session's other family carry; nothing when refused. */
interface Row {
  readonly nextHop: Section;
  readonly v6OverIpv4: string;
  readonly v4OverIpv6: (contender: Contender) => string | undefined;
}

const ROWS: Readonly<Record<string, Row>> = {
  session: {
    nextHop: { strategy: 'session' },
    v6OverIpv4: '::ffff:10.0.0.1',
    v4OverIpv6: ({ extendedNextHop }) => (extendedNextHop ? 'fd00::1' : undefined),
  },
  fixed: {
    nextHop: { strategy: 'fixed', ipv4: '10.0.0.77', ipv6: 'fd00::77' },
    v6OverIpv4: 'fd00::77',
    v4OverIpv6: () => '10.0.0.77',
  },
  'source-address': {
    nextHop: { strategy: 'source-address' },
    v6OverIpv4: 'fd00::1',
    v4OverIpv6: () => '10.0.0.1',
  },
};

const family = (prefix: string): Family => (prefix.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast');

/** Everything that happens on sessions that stay up: next hops, attributes, withdrawals, refreshes. */
export const describeSteady = (contender: Contender): void => {
  describe('eBGP, dialled by vipcast', () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await startLab(contender, {
        peers: { ipv4: { sourceAddress: '10.0.0.1' }, ipv6: { sourceAddress: 'fd00::1' } },
      });
    });

    afterAll(() => lab?.[Symbol.asyncDispose]());

    const hear = (via: Via, prefix: string, expected: Omit<Expected, 'prefix'> | undefined) =>
      lab.hears(via, family(prefix), expected === undefined ? [] : [{ prefix, ...expected }]);

    /** The same for both families on both sessions, but for IPv4 over IPv6 where the router cannot. */
    const hearEverywhere = async (v4: readonly Expected[], v6: readonly Expected[]): Promise<void> => {
      for (const via of lab.vias) {
        const deaf = via === 'ipv6' && !contender.extendedNextHop;
        await lab.hears(via, 'ipv4-unicast', deaf ? [] : v4);
        await lab.hears(via, 'ipv6-unicast', v6);
      }
    };

    it.each(Object.entries(ROWS))('hears the next hops of strategy %s', async (strategy, row) => {
      const v4OverIpv6 = row.v4OverIpv6(contender);
      await lab.configure({ vips: [WEB], peer: { nextHop: row.nextHop } });
      await lab.established();
      await hear('ipv4', V4, { nextHop: '10.0.0.1', asPath: [VIPCAST_ASN], origin: 'igp' });
      await hear('ipv4', V6, { nextHop: spelled(contender, row.v6OverIpv4) });
      await hear('ipv6', V4, v4OverIpv6 === undefined ? undefined : { nextHop: v4OverIpv6 });
      await hear('ipv6', V6, { nextHop: 'fd00::1', asPath: [VIPCAST_ASN] });
      const decided = await view<NextHopView>(lab.vipcast, 'next-hops');
      expect(decided).toMatchObject([
        { peer: 'ipv4', family: 'ipv4-unicast', strategy, nextHops: ['10.0.0.1'] },
        { peer: 'ipv4', family: 'ipv6-unicast', strategy, nextHops: [row.v6OverIpv4] },
        v4OverIpv6 === undefined
          ? { peer: 'ipv6', nextHops: [], reason: 'extended-next-hop-not-negotiated' }
          : { peer: 'ipv6', family: 'ipv4-unicast', strategy, nextHops: [v4OverIpv6] },
        { peer: 'ipv6', family: 'ipv6-unicast', strategy, nextHops: ['fd00::1'] },
      ]);
    });

    it('hears attributes, and their change while running', async () => {
      const match = { vips: ['web'] };
      const set = {
        communities: ['65001:100', 'no-export'],
        largeCommunities: ['65001:1:2', '4200000001:4294967295:0'],
        extendedCommunities: ['rt:65001:5', 'ro:65001:7'],
        med: 50,
        prepend: 2,
        localPref: 300,
      };
      await lab.configure({ vips: [WEB], policy: [{ match, set }] });
      await lab.established();
      const before = await lab.establishedCounts();
      const rich = {
        asPath: [VIPCAST_ASN, VIPCAST_ASN, VIPCAST_ASN],
        med: 50,
        communities: ['65001:100', '65535:65281'],
        largeCommunities: ['65001:1:2', '4200000001:4294967295:0'],
        extendedCommunities: ['rt:65001:5', 'ro:65001:7'],
      };
      await hearEverywhere([{ prefix: V4, ...rich }], [{ prefix: V6, ...rich }]);
      await agree(lab);
      // An external peer is told no LOCAL_PREF (RFC 4271 §5.1.5).
      const [route] = await lab.router.routes('ipv4-unicast', lab.neighbor('ipv4'));
      expect(route?.localPref ?? 100).toBe(100);

      const edited = { communities: ['65001:200'], med: 70, prepend: 0 };
      await lab.configure({
        vips: [WEB],
        policy: [
          { match: { ...match, families: ['ipv6-unicast'] }, set: { ...edited, nextHop: 'fd00::99' } },
          { match, set: edited },
        ],
      });
      const plain = { asPath: [VIPCAST_ASN], med: 70, communities: ['65001:200'], largeCommunities: [] };
      await hearEverywhere(
        [{ prefix: V4, ...plain, extendedCommunities: [] }],
        [{ prefix: V6, ...plain, nextHop: 'fd00::99' }],
      );

      await lab.configure({ vips: [WEB] });
      await hearEverywhere([{ prefix: V4, communities: [] }], [{ prefix: V6, communities: [] }]);
      const [bare] = await lab.router.routes('ipv4-unicast', lab.neighbor('ipv4'));
      expect(bare?.med ?? 0).toBe(0);
      expect(await lab.establishedCounts()).toEqual(before);
    });

    it('hears what an operator announces, and no longer what is withdrawn', async () => {
      await lab.configure({ vips: [WEB] });
      await lab.established();
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
      expect(await lab.vipcast.cli('announce', '2001:db8:2::1')).toMatchObject({ code: 0 });
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }, { prefix: '2001:db8:2::1/128' }]);
      await agree(lab);
      expect(await lab.vipcast.cli('why', '2001:db8:2::1')).toMatchObject({ code: 0 });
      expect(await lab.vipcast.cli('withdraw', '2001:db8:2::1')).toMatchObject({ code: 0 });
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
    });

    it('hears one VIP leave, then all, then all return', async () => {
      const both = [
        [{ prefix: V4 }, { prefix: '192.0.2.11/32' }],
        [{ prefix: V6 }, { prefix: '2001:db8:1::11/128' }],
      ] as const;
      await lab.configure({ vips: [WEB, API] });
      await lab.established();
      await hearEverywhere(...both);
      const before = await lab.establishedCounts();
      await lab.configure({ vips: [WEB] });
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
      await lab.configure({ vips: [] });
      await hearEverywhere([], []);
      await lab.configure({ vips: [WEB, API] });
      await hearEverywhere(...both);
      expect(await lab.establishedCounts()).toEqual(before);
    });

    it('does not hear what policy rejects, and hears the rest', async () => {
      const reject = (match: Section) => ({ match, action: 'reject' });
      await lab.configure({ vips: [WEB, API] });
      await lab.established();
      await hearEverywhere(
        [{ prefix: V4 }, { prefix: '192.0.2.11/32' }],
        [{ prefix: V6 }, { prefix: '2001:db8:1::11/128' }],
      );
      await lab.configure({
        vips: [WEB, API],
        policy: [reject({ vips: ['api'] }), reject({ peers: ['ipv4'], families: ['ipv6-unicast'] })],
      });
      await lab.hears('ipv4', 'ipv4-unicast', [{ prefix: V4 }]);
      await lab.hears('ipv4', 'ipv6-unicast', []);
      await lab.hears('ipv6', 'ipv6-unicast', [{ prefix: V6 }]);
      await lab.configure({ vips: [WEB] });
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
    });

    it.runIf(contender.asksForRefresh)('is told again when it asks', async () => {
      // Nothing of an earlier test may still be on its way.
      await lab.configure({ vips: [] });
      await lab.established();
      await hearEverywhere([], []);
      await lab.configure({ vips: [WEB] });
      await lab.established();
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
      const before = (await facts(lab.vipcast)).at(-1)!.seq;
      await lab.router.requestRefresh(lab.neighbor('ipv4'));
      await until(
        async () => {
          const since = (await facts(lab.vipcast)).filter(({ seq }) => seq > before);
          const again = since.filter(({ type }) => type === 'route.Announced').map(({ data }) => data);
          expect(again.toSorted((a, b) => (String(a.family) < String(b.family) ? -1 : 1))).toMatchObject([
            { peer: 'ipv4', prefixes: [V4] },
            { peer: 'ipv4', prefixes: [V6] },
          ]);
          return true;
        },
        { what: 'both families to be told again' },
      );
      await hearEverywhere([{ prefix: V4 }], [{ prefix: V6 }]);
    });
  });
};
