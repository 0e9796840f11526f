import type { RouterName } from './names.ts';

/** What a router says it heard of one prefix, from which neighbour. */
export interface Heard {
  readonly kind: 'announced' | 'withdrawn';
  readonly neighbor: string;
  readonly prefix: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** `2026/11/23 12:55:49.241` or `2026-11-23 12:55:49.241`, in local time. */
const timeOf = (text: string): number => new Date(text.replaceAll('/', '-').replace(' ', 'T')).getTime();

const FRR =
  /^(\S+ [\d:.]+) BGP: \[[^\]]*\] ([\d.]+)\([^)]*\) rcvd (?:UPDATE about )?(\S+\/\d+) IPv[46] unicast( -- withdrawn)?/;

/** FRR with `debug bgp updates in`: it tells of UPDATEs alone, not of what goes with a session. */
const fromFrr = (lines: readonly string[]): readonly Heard[] =>
  lines.flatMap((line) => {
    const [, time, neighbor, prefix, withdrawn] = FRR.exec(line) ?? [];
    if (time === undefined || neighbor === undefined || prefix === undefined) return [];
    return { kind: withdrawn === undefined ? 'announced' : 'withdrawn', neighbor, prefix, at: timeOf(time) };
  });

const BIRD_STATE = /^\S+ \S+ <TRACE> (peer\d+): State changed to (\w+)/;
const BIRD_ROUTE =
  /^(\S+ \S+) <TRACE> (peer\d+)\.ipv[46] > (added|replaced|removed) (?:\[\w+\] )?(\S+\/\d+) /;

/** BIRD with `debug … routes`: when a session ends it tells of every route that goes with it, which nobody withdrew. */
const fromBird = (lines: readonly string[], neighbors: readonly string[]): readonly Heard[] => {
  const ending = new Set<string>();
  const heard: Heard[] = [];
  for (const line of lines) {
    const [, who = '', state] = BIRD_STATE.exec(line) ?? [];
    if (state !== undefined) {
      if (state === 'up') ending.delete(who);
      else ending.add(who);
    }
    const [, time, peer, verb, prefix] = BIRD_ROUTE.exec(line) ?? [];
    if (time === undefined || peer === undefined || prefix === undefined) continue;
    if (verb === 'removed' && ending.has(peer)) continue;
    const neighbor = neighbors[Number(peer.slice('peer'.length))] ?? peer;
    heard.push({ kind: verb === 'removed' ? 'withdrawn' : 'announced', neighbor, prefix, at: timeOf(time) });
  }
  return heard;
};

/**
 * What a router has heard, by its own log.
 * @param neighbors their addresses, in the order of its configuration
 */
export const heardBy = (router: RouterName, log: string, neighbors: readonly string[]): readonly Heard[] => {
  const lines = log.split('\n');
  return router === 'frr' ? fromFrr(lines) : fromBird(lines, neighbors);
};
