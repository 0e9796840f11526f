import { familyOf, unmapIPv4 } from '@vipcast/net';
import { type DecisionInput, type Resolution, refused, resolved, type Strategy } from './decision.ts';
import { byFixed } from './fixed.ts';
import { byLinkLocal } from './link-local.ts';
import { bySession } from './session-address.ts';
import { bySourceAddress, bySourceInterface } from './source.ts';
import { nameOf } from './wording.ts';

type Row = (input: DecisionInput) => Resolution;

/** Routes of the session's own family carry its local address; `other` decides for the other family. */
const sessionAddressOr =
  (other: Row): Row =>
  (input) =>
    familyOf(input.session.localAddress) === input.family
      ? resolved('session-address', "the session's local address", [input.session.localAddress])
      : other(input);

const table: Readonly<Record<Strategy, Row>> = {
  session: sessionAddressOr(bySession),
  fixed: sessionAddressOr(byFixed),
  'source-address': sessionAddressOr(bySourceAddress),
  'source-interface': sessionAddressOr(bySourceInterface),
  'link-local': byLinkLocal,
};

/** A dual-stack listener reports IPv4 sessions with mapped addresses. */
const withPlainAddresses = (input: DecisionInput): DecisionInput => ({
  ...input,
  session: {
    ...input.session,
    localAddress: unmapIPv4(input.session.localAddress),
    peerAddress: unmapIPv4(input.session.peerAddress),
  },
});

/**
 * Which next hop a peer gets for the routes of one family, and why; or why none. The same input always gives the
 * same answer, whatever the order of the host's addresses. A refusal concerns this family on this peer only.
 */
export const resolveNextHop = (input: DecisionInput): Resolution =>
  input.session.families.includes(input.family)
    ? table[input.settings.strategy](withPlainAddresses(input))
    : refused('family-not-negotiated', `${nameOf(input.family)} unicast was not negotiated with the peer`);
