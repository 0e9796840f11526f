import type { RequirementName } from '../../setup/packages.ts';
import { startBird } from '../routers/bird.ts';
import { startExabgp } from '../routers/exabgp.ts';
import { startFrr } from '../routers/frr.ts';
import { startGobgp } from '../routers/gobgp.ts';
import { startOpenbgpd } from '../routers/openbgpd.ts';
import type { Router, StartRouter } from '../routers/router.ts';

/** Who opens the connection. */
export type Dialler = 'vipcast' | 'router';

/** A router and what it can do. */
export interface Contender {
  readonly name: 'frr' | 'bird' | 'gobgp' | 'openbgpd' | 'exabgp';
  readonly requirement: RequirementName;
  readonly start: StartRouter;
  /** How it prints `::ffff:10.0.0.1`. */
  readonly mapped: string;
  /** Takes IPv6 next hops for IPv4 routes (RFC 8950). */
  readonly extendedNextHop: boolean;
  /** Asks its peers again; the others evaluate again what they kept. */
  readonly asksForRefresh: boolean;
  /** Which end may dial when TCP-MD5 and GTSM guard the session. */
  readonly guarded: readonly Dialler[];
  /** With which AS it can stay a router of two-byte AS numbers, what it calls that AS, and what path it prints. */
  readonly twoOctetAs?: {
    readonly localASN: number;
    readonly peerASN: number;
    readonly path: readonly number[];
  };
  /** Ends a penance that would outlast a test. */
  readonly wake?: (router: Router, neighbor: string) => Promise<void>;
}

/** The five. */
export const CONTENDERS: Readonly<Record<Contender['name'], Contender>> = {
  frr: {
    name: 'frr',
    requirement: 'frr',
    start: startFrr,
    mapped: '::ffff:a00:1',
    extendedNextHop: true,
    asksForRefresh: true,
    guarded: ['vipcast', 'router'],
  },
  bird: {
    name: 'bird',
    requirement: 'bird2',
    start: startBird,
    // It looks into our capability all the same, and wants to see a small number there.
    twoOctetAs: { localASN: 65_001, peerASN: 65_001, path: [65_001] },
    mapped: '10.0.0.1',
    extendedNextHop: true,
    asksForRefresh: true,
    guarded: ['vipcast', 'router'],
  },
  gobgp: {
    name: 'gobgp',
    requirement: 'gobgpd',
    start: startGobgp,
    mapped: '10.0.0.1',
    extendedNextHop: true,
    asksForRefresh: false,
    guarded: ['vipcast', 'router'],
  },
  openbgpd: {
    name: 'openbgpd',
    requirement: 'openbgpd',
    start: startOpenbgpd,
    mapped: '::ffff:10.0.0.1',
    extendedNextHop: false,
    asksForRefresh: true,
    // Its listeners never get the key.
    guarded: ['router'],
    // After an error it stays idle for 30 s, and twice as long each time after.
    wake: async (router, neighbor) => {
      await router.cli('neighbor', neighbor, 'up');
    },
  },
  exabgp: {
    name: 'exabgp',
    requirement: 'exabgp',
    start: startExabgp,
    // AS_TRANS stands in for us, and AS4_PATH (RFC 6793 §4.2.3) says who we are.
    twoOctetAs: { localASN: 4_200_000_001, peerASN: 23_456, path: [4_200_000_001] },
    mapped: '::ffff:10.0.0.1',
    extendedNextHop: true,
    asksForRefresh: true,
    // Its listeners answer a SYN with a TTL that our own guard drops.
    guarded: ['router'],
  },
};
