import { expect } from 'vitest';
import type { ReceivedRoute } from '../routers/router.ts';
import { community } from '../routers/spelling.ts';
import type { Vipcast } from '../vipcast.ts';
import type { Contender } from './contenders.ts';
import { type Expected, FAMILIES, type Lab } from './lab.ts';

/** A row of `vipcast routes`. */
interface Told {
  readonly peer: string;
  readonly prefix: string;
  readonly family: string;
  readonly nextHops: readonly string[];
  readonly origin: ReceivedRoute['origin'];
  readonly asPath: readonly number[];
  readonly med: number | null;
  readonly localPref: number | null;
  readonly communities: readonly string[];
  readonly extendedCommunities: readonly string[];
  readonly largeCommunities: readonly string[];
  readonly refused: { readonly reason: string } | null;
}

/** A row of `vipcast peers`. */
export interface PeerView {
  readonly peer: string;
  readonly state: string;
  readonly connection: 'outgoing' | 'incoming';
  readonly localASN: number;
  readonly peerASN: number;
  readonly capabilities: readonly string[];
  readonly flaps: number;
  readonly families: readonly { readonly family: string; readonly advertised: number }[];
}

/** A row of `vipcast next-hops`. */
export interface NextHopView {
  readonly peer: string;
  readonly family: string;
  readonly nextHops: readonly string[];
  readonly reason: string;
}

/** A fact, as `vipcast log` prints it. */
export interface FactView {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const MAPPED = '::ffff:10.0.0.1';

/** A next hop of vipcast's as the router prints it. */
export const spelled = (contender: Contender, nextHop: string): string =>
  nextHop === MAPPED ? contender.mapped : nextHop;

/** The items of a view. */
export const view = async <Item>(vipcast: Vipcast, ...words: readonly string[]): Promise<readonly Item[]> => {
  const { code, stdout, stderr } = await vipcast.cli(...words, '-o', 'json');
  if (code !== 0) throw new Error(`vipcast ${words.join(' ')} ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { items: readonly Item[] }).items;
};

/** All facts so far. */
export const facts = async (vipcast: Vipcast): Promise<readonly FactView[]> => {
  const { stdout } = await vipcast.cli('log', '-o', 'json');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FactView);
};

const asHeard = (contender: Contender, told: Told): Expected => ({
  prefix: told.prefix,
  nextHop: spelled(contender, told.nextHops[0]!),
  origin: told.origin,
  asPath: told.asPath,
  communities: told.communities.map(community),
  largeCommunities: told.largeCommunities,
  extendedCommunities: told.extendedCommunities,
  ...(told.med === null ? {} : { med: told.med }),
  ...(told.localPref === null ? {} : { localPref: told.localPref }),
});

/** Compares what vipcast says it told with what the router says it heard, and the counts of `vipcast peers`. */
export const agree = async ({ contender, hears, vias, vipcast }: Lab): Promise<void> => {
  const [told, peers] = await Promise.all([view<Told>(vipcast, 'routes'), view<PeerView>(vipcast, 'peers')]);
  for (const via of vias) {
    const peer = peers.find((each) => each.peer === via);
    expect(peer?.state).toBe('Established');
    for (const family of FAMILIES) {
      const routes = told.filter((each) => each.peer === via && each.family === family && !each.refused);
      await hears(
        via,
        family,
        routes.map((each) => asHeard(contender, each)).toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1)),
      );
      const { advertised } = peer!.families.find((each) => each.family === family)!;
      expect(advertised, `${family} over ${via}`).toBe(routes.length);
    }
  }
};
