import {
  type Address,
  equalAddresses,
  type Family,
  familyOf,
  isLinkLocal,
  isLoopback,
  isMulticast,
} from '@vipcast/net';
import type { Candidate, DecisionInput, HostAddress, Rejection } from './decision.ts';
import { compareWords, preferenceOf } from './preference.ts';

/** Addresses of one kind on some links: fit ones best first, then in `candidates` also the rejected. */
export interface Judged {
  readonly fit: readonly HostAddress[];
  readonly candidates: readonly Candidate[];
}

/**
 * What disqualifies an address; the first that holds is the one reported. A VIP is often deprecated on purpose and
 * failed DAD also sets tentative, so the telling word comes first.
 */
const disqualifiers: readonly [Rejection, (host: HostAddress, vips: readonly Address[]) => boolean][] = [
  ['own-vip', ({ address }, vips) => vips.some((vip) => equalAddresses(vip, address))],
  ['loopback', ({ address, scope }) => isLoopback(address) || scope === 'host'],
  ['link-local', ({ address, scope }) => isLinkLocal(address) || scope === 'link'],
  ['multicast', ({ address }) => isMulticast(address)],
  ['dad-failed', ({ flags }) => flags.dadFailed],
  ['tentative', ({ flags }) => flags.tentative],
  ['deprecated', ({ flags, preferredLifetime }) => flags.deprecated || preferredLifetime <= 0],
  ['temporary', ({ flags }) => flags.temporary],
];

const candidateOf = (
  { address, interface: link }: HostAddress,
  rejected: Rejection | undefined,
): Candidate =>
  rejected === undefined ? { address, interface: link } : { address, interface: link, rejected };

const judge = (
  hosts: readonly HostAddress[],
  { session, vips }: DecisionInput,
  tolerated?: Rejection,
): Judged => {
  const prefer = preferenceOf(session.peerAddress);
  const judged = hosts
    .map((host) => ({
      host,
      rejected: disqualifiers.find(([word, holds]) => word !== tolerated && holds(host, vips))?.[0],
    }))
    .sort((a, b) => prefer(a.host, b.host) || compareWords(a.rejected ?? '', b.rejected ?? ''));
  const fit = judged.filter(({ rejected }) => rejected === undefined);
  const unfit = judged.filter(({ rejected }) => rejected !== undefined);
  return {
    fit: fit.map(({ host }) => host),
    candidates: [...fit, ...unfit].map(({ host, rejected }) => candidateOf(host, rejected)),
  };
};

const onLinks = (input: DecisionInput, links: readonly string[], family: Family): readonly HostAddress[] =>
  input.host.filter(({ address, interface: link }) => links.includes(link) && familyOf(address) === family);

/** The addresses of `family` on `links` as next hops that are reachable beyond the link. */
export const judgeLinks = (input: DecisionInput, links: readonly string[], family: Family): Judged =>
  judge(onLinks(input, links, family), input);

/** The IPv6 link-local addresses on `links` as next hops for that very link. */
export const judgeLinkLocals = (input: DecisionInput, links: readonly string[]): Judged =>
  judge(
    onLinks(input, links, 'ipv6-unicast').filter(({ address }) => isLinkLocal(address)),
    input,
    'link-local',
  );
