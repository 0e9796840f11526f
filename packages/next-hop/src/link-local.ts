import { formatAddress, isLinkLocal } from '@vipcast/net';
import { judgeLinkLocals, judgeLinks } from './candidate.ts';
import { type Candidate, type DecisionInput, type Resolution, refused, resolved } from './decision.ts';
import { sessionLink } from './link.ts';
import { extendedNextHopMissing, needsExtendedNextHop } from './session-address.ts';
import { onLinks } from './wording.ts';

const isFit = ({ rejected }: Candidate): boolean => rejected === undefined;

/** The session link's link-local address, behind its best global one if there is one (RFC 2545 §3). */
export const byLinkLocal = (input: DecisionInput): Resolution => {
  if (needsExtendedNextHop(input)) return extendedNextHopMissing();
  const { localAddress } = input.session;
  const link = sessionLink(input);
  const overLinkLocal = localAddress.version === 6 && isLinkLocal(localAddress);
  if (link === undefined && !overLinkLocal) {
    return refused('link-unknown', `no single interface is known to have ${formatAddress(localAddress)}`);
  }
  const links = link === undefined ? [] : [link];
  const locals = judgeLinkLocals(input, links);
  const globals = judgeLinks(input, links, 'ipv6-unicast');
  const all = [...globals.candidates.filter(({ address }) => !isLinkLocal(address)), ...locals.candidates];
  const candidates = [...all.filter(isFit), ...all.filter((candidate) => !isFit(candidate))];
  const linkLocal = overLinkLocal ? localAddress : locals.fit[0]?.address;
  const global = globals.fit[0]?.address;
  if (linkLocal === undefined) {
    return refused('no-candidate', `no usable link-local address ${onLinks(links)}`, candidates);
  }
  if (global === undefined) {
    const text = `the link-local address; no usable global one ${onLinks(links)}`;
    return resolved('link-local-only', text, [linkLocal], candidates);
  }
  const text = `the global and the link-local address ${onLinks(links)} (RFC 2545 §3)`;
  return resolved('link-local-and-global', text, [global, linkLocal], candidates);
};
