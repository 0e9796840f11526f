import type { Family } from '@vipcast/net';
import { expect } from 'vitest';
import { createNetwork, type Host, type Network } from '../namespace.ts';
import { until } from '../poll.ts';
import { run } from '../process.ts';
import type { Neighbor, ReceivedRoute, Router } from '../routers/router.ts';
import { startVipcast, type Vipcast } from '../vipcast.ts';
import type { Contender } from './contenders.ts';

/** What a session runs over; also the name of the peer it is with. */
export type Via = 'ipv4' | 'ipv6';

export const VIAS: readonly Via[] = ['ipv4', 'ipv6'];
export const FAMILIES: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];
export const ROUTER_ASN = 65002;
export const VIPCAST_ASN = 65001;

/** Part of a vipcast configuration. */
export type Section = Readonly<Record<string, unknown>>;

/** The parts of a configuration that a test changes while vipcast runs. */
export interface Wishes {
  readonly vips?: readonly Section[];
  readonly policy?: readonly Section[];
  /** Added to each peer, or to one of them. */
  readonly peer?: Section;
  readonly peers?: Partial<Readonly<Record<Via, Section>>>;
  /** The sessions that are configured; both if not given. */
  readonly vias?: readonly Via[];
}

/** The two, and a host that can stand between them. */
export type LabNetwork = Network<'vipcast' | 'router' | 'middle'>;

/** How the two are set up against each other. */
export interface LabSettings extends Wishes {
  readonly dials?: 'vipcast' | 'router' | 'both';
  readonly localASN?: number;
  readonly routerASN?: number;
  /** Added to each neighbour of the router, or to one of them. */
  readonly neighbor?: Partial<Neighbor>;
  readonly neighbors?: Partial<Readonly<Record<Via, Partial<Neighbor>>>>;
  /** Prepares the hosts before anything runs on them. */
  readonly prepare?: (network: LabNetwork) => Promise<void>;
}

/** A route as far as a test speaks of it. */
export type Expected = Partial<ReceivedRoute> & { readonly prefix: string };

/** vipcast and one router, with a session over each family. */
export interface Lab extends AsyncDisposable {
  readonly contender: Contender;
  readonly network: LabNetwork;
  readonly router: Router;
  readonly vipcast: Vipcast;
  readonly vias: readonly Via[];
  /** The router's name for vipcast on that session. */
  neighbor(via: Via): string;
  /** Replaces what vipcast is told; what is not given is as in the beginning. */
  configure(wishes: Wishes): Promise<void>;
  /** Waits until the router calls every session Established. */
  established(timeout?: number): Promise<void>;
  /** Waits until the router prints exactly these routes of a family. */
  hears(via: Via, family: Family, routes: readonly Expected[], timeout?: number): Promise<void>;
  /** How often the router has seen each session become Established. */
  establishedCounts(): Promise<readonly number[]>;
  /** Waits until each session is Established once more than it was then. */
  establishedSince(counts: readonly number[]): Promise<void>;
  /** Everything written so far, for failure messages. */
  logs(): string;
}

/** A configuration as a file, in block style at the top, so that the harness can add its own section. */
export const yaml = (config: Section): string =>
  Object.entries(config)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n');

const configuration = (settings: LabSettings, router: Host): string => {
  const { dials = 'vipcast', localASN = VIPCAST_ASN, routerASN = ROUTER_ASN, vias = VIAS } = settings;
  return yaml({
    node: 'n1',
    bgp: {
      localASN,
      routerID: '10.0.0.1',
      connectRetryTime: '1s',
      listen: dials === 'vipcast' ? false : { address: '::', port: 179 },
    },
    peers: vias.map((via) => ({
      name: via,
      address: router[via],
      peerASN: routerASN,
      passive: dials === 'router',
      ...settings.peer,
      ...settings.peers?.[via],
    })),
    vips: settings.vips ?? [],
    policy: settings.policy ?? [],
  });
};

const neighborOf = (settings: LabSettings, from: Host, to: Host, via: Via): Neighbor => ({
  address: to[via],
  localAddress: from[via],
  peerASN: settings.localASN ?? VIPCAST_ASN,
  passive: (settings.dials ?? 'vipcast') === 'vipcast',
  families: FAMILIES,
  extendedNextHop: true,
  ...settings.neighbor,
  ...settings.neighbors?.[via],
});

/** Puts vipcast and a router side by side. It returns when both run: `established` waits for the sessions. */
export const startLab = async (contender: Contender, settings: LabSettings = {}): Promise<Lab> => {
  const { vias = VIAS } = settings;
  const network = await createNetwork('vipcast', 'router', 'middle');
  const cleanup = new AsyncDisposableStack();
  cleanup.use(network);
  try {
    await settings.prepare?.(network);
    const { vipcast: here, router: there } = network.hosts;
    const vipcast = cleanup.use(await startVipcast(here.namespace, configuration(settings, there)));
    // OpenBGPD tries once, and then again after two minutes.
    if ((settings.dials ?? 'vipcast') !== 'vipcast') await listening(vipcast, here);
    const neighbors = vias.map((via) => neighborOf(settings, there, here, via));
    const router = cleanup.use(
      await contender.start(there, {
        localASN: settings.routerASN ?? ROUTER_ASN,
        routerId: there.ipv4,
        neighbors,
      }),
    );
    const logs = (): string => `${vipcast.stdout()}${vipcast.stderr()}\n${router.logs()}`;
    const neighbor = (via: Via): string => neighbors[vias.indexOf(via)]!.address;
    const isUp = async (via: Via): Promise<boolean> => {
      const { state } = await router.session(neighbor(via));
      if (state === 'Idle') await contender.wake?.(router, neighbor(via));
      return state === 'Established';
    };
    const establishedCount = async (via: Via): Promise<number> =>
      (await router.session(neighbor(via))).establishedCount;
    return {
      contender,
      network,
      router,
      vipcast,
      vias,
      neighbor,
      configure: (wishes) => vipcast.configure(configuration({ ...settings, ...wishes }, there)),
      established: async (timeout = 30_000) => {
        for (const via of vias)
          await until(() => isUp(via), { what: `${contender.name} over ${via}`, timeout, explain: logs });
      },
      hears: async (via, family, routes, timeout = 10_000) => {
        await until(
          async () => {
            if (contender.wake !== undefined) await isUp(via);
            const heard = await router.routes(family, neighbor(via));
            const sorted = heard.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
            expect(sorted).toMatchObject(routes as Expected[]);
            expect(sorted).toHaveLength(routes.length);
            return true;
          },
          { what: `${contender.name} to hear ${family} over ${via}`, timeout, explain: logs },
        );
      },
      establishedCounts: () => Promise.all(vias.map(establishedCount)),
      establishedSince: async (counts) => {
        for (const [index, via] of vias.entries()) {
          const isBack = async () => (await isUp(via)) && (await establishedCount(via)) > counts[index]!;
          await until(isBack, {
            what: `${contender.name} over ${via} again`,
            timeout: 30_000,
            explain: logs,
          });
        }
      },
      logs,
      [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};

const listening = async (vipcast: Vipcast, { namespace }: Host): Promise<void> => {
  await until(() => run(namespace, ['ss', '-Hltn', 'sport = :179']), {
    what: 'vipcast to listen',
    explain: vipcast.stderr,
  });
};
