import type { Draft } from '../draft.ts';
import type { Problem } from '../problem.ts';
import { HOLD_TIME } from '../resolve/peer.ts';
import { durationText } from '../wording.ts';
import { checkNames, checkPeerAddresses } from './duplicates.ts';
import { checkKubernetes } from './kubernetes.ts';
import { checkNextHop, checkSharedNextHop, unusedNextHop } from './next-hop.ts';
import { checkPolicy, foreignNames, unreachedRules } from './policy.ts';
import { type Seat, seats } from './seat.ts';
import { checkSession, checkSource, checkTimers } from './session.ts';
import { checkVips } from './vips.ts';

const noHoldTime = ({ path, peer }: Seat): readonly Problem[] =>
  peer.holdTime > 0
    ? []
    : [
        {
          code: 'W_CONFIG_NO_HOLD_TIME',
          path: [...path, 'holdTime'],
          found: durationText(0),
          expected: 'a hold time',
          text: `0s switches keepalives off: peer ${peer.name} can vanish unnoticed`,
        },
      ];

/** What concerns several settings at once: `errors` stop the file, `warnings` do not. */
export const checkDraft = (
  draft: Draft,
): { readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] } => {
  const { bgp } = draft;
  const all = bgp ? seats(bgp, draft.peers) : [];
  const errors = [
    ...checkNames(draft),
    ...(bgp ? [...checkSource(['bgp'], bgp), ...checkSharedNextHop(bgp)] : []),
    ...(bgp ? checkTimers(['bgp'], bgp.keepaliveTime, bgp.holdTime ?? HOLD_TIME) : []),
    ...(bgp ? all.flatMap((seat) => [...checkSession(seat, bgp), ...checkNextHop(seat)]) : []),
    ...checkPeerAddresses(draft.peers, Boolean(bgp?.listen)),
    ...checkVips(draft.vips, bgp, all),
    ...checkPolicy(draft),
    ...checkKubernetes(draft),
  ];
  const warnings = [
    ...all.flatMap((seat) => [...noHoldTime(seat), ...unusedNextHop(seat)]),
    ...unreachedRules(draft),
    ...foreignNames(draft),
  ];
  return { errors, warnings };
};
