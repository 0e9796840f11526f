import type { Draft, Facts } from '@vipcast/events';
import { type Family, formatAddress } from '@vipcast/net';
import type { AttributeSet, RibConclusion } from '@vipcast/rib';
import type { Conclusion, Negotiated } from '@vipcast/session';
import {
  describeNotification,
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  type Notification,
} from '@vipcast/wire';

const notificationData = (notification: Notification) => {
  const { name, text, detail } = describeNotification(notification);
  return {
    code: notification.code,
    subcode: notification.subcode,
    name,
    text: text ?? detail ?? '',
  };
};

const negotiatedData = (negotiated: Negotiated): Facts['session.Established']['negotiated'] => ({
  ...negotiated,
  localAddress: formatAddress(negotiated.localAddress),
  remoteAddress: formatAddress(negotiated.remoteAddress),
  localRouterId: formatAddress(negotiated.localRouterId),
  peerRouterId: formatAddress(negotiated.peerRouterId),
  families: [...negotiated.families],
  extendedNextHop: [...negotiated.extendedNextHop],
});

/** A session's conclusion as a fact about its peer. */
export const sessionDraft = (peer: string, conclusion: Conclusion): Draft => {
  switch (conclusion.type) {
    case 'StateChanged': {
      const { from, to, event } = conclusion;
      return { type: 'session.StateChanged', of: peer, data: { peer, from, to, event } };
    }
    case 'Established': {
      const { connection } = conclusion;
      const negotiated = negotiatedData(conclusion.negotiated);
      return { type: 'session.Established', of: peer, data: { peer, connection, negotiated } };
    }
    case 'Closed': {
      const { connection, by, from, because } = conclusion;
      const notification = conclusion.notification && notificationData(conclusion.notification);
      return {
        type: 'session.Closed',
        of: peer,
        data: { peer, connection, by, from, notification, because },
      };
    }
  }
};

/** How many prefixes a peer has announced, as a fact. */
export const receivedDraft = (peer: string, counts: ReadonlyMap<Family, number>): Draft => ({
  type: 'session.PrefixesReceived',
  of: peer,
  data: { peer, counts: Object.fromEntries(counts) },
});

type Attributes = Facts['route.Announced']['attributes'];

const attributesData = (set: AttributeSet): Attributes => {
  const data: Attributes = { origin: 'igp', asPath: [], nextHops: set.nextHops.map(formatAddress) };
  for (const attribute of set.attributes) {
    if (attribute.kind === 'origin') data.origin = attribute.origin;
    if (attribute.kind === 'as-path') data.asPath = attribute.segments.flatMap(({ asns }) => asns);
    if (attribute.kind === 'med') data.med = attribute.med;
    if (attribute.kind === 'local-pref') data.localPref = attribute.localPref;
    if (attribute.kind === 'communities') data.communities = attribute.communities.map(formatCommunity);
    if (attribute.kind === 'extended-communities')
      data.extendedCommunities = attribute.communities.map(formatExtendedCommunity);
    if (attribute.kind === 'large-communities')
      data.largeCommunities = attribute.communities.map(formatLargeCommunity);
  }
  return data;
};

/** A RIB's conclusion as a fact about what the peer was told. */
export const routeDraft = (
  peer: string,
  conclusion: RibConclusion,
): Draft<'route.Announced' | 'route.Withdrawn' | 'route.Refused'> => {
  const prefixes = [...conclusion.prefixes];
  switch (conclusion.type) {
    case 'Announced': {
      const { family } = conclusion.set;
      const attributes = attributesData(conclusion.set);
      return { type: 'route.Announced', of: peer, data: { peer, family, prefixes, attributes } };
    }
    case 'Withdrawn':
      return { type: 'route.Withdrawn', of: peer, data: { peer, family: conclusion.family, prefixes } };
    case 'Refused': {
      const { reason, detail } = conclusion.refusal;
      const data = { peer, family: conclusion.family, prefixes, reason, detail };
      return { type: 'route.Refused', of: peer, data };
    }
  }
};
