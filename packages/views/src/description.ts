import { type RecordedFact, versionOf } from '@vipcast/events';
import { describeClosing } from './closing.ts';
import { becauseOf } from './left-out.ts';

const SHOWN = 4;

const list = (texts: readonly string[]): string =>
  texts.length <= SHOWN
    ? texts.join(', ')
    : `${texts.slice(0, SHOWN - 1).join(', ')} and ${texts.length - SHOWN + 1} more`;

const familyName = (family: string): string => (family === 'ipv6-unicast' ? 'IPv6' : 'IPv4');

const asPath = (path: readonly number[]): string => (path.length === 0 ? '' : `, AS path ${path.join(' ')}`);

/** One line for people about any fact. */
export const describeFact = (fact: RecordedFact): string => {
  // What it says is for a later release to tell.
  if (fact.v > versionOf(fact.type)) return `a fact of a later release, version ${fact.v}`;
  switch (fact.type) {
    case 'node.Started':
      return `vipcast ${fact.data.version} started (${list(fact.data.services)})`;
    case 'node.Stopped':
      return `stopped: ${fact.data.reason}`;
    case 'node.ConfigApplied':
      return `configuration ${fact.data.file} applied: ${list(fact.data.plan) || 'nothing changed'}`;
    case 'node.ConfigRejected':
      return `configuration ${fact.data.file} refused: ${list(fact.data.errors)}`;
    case 'node.DrainStarted':
      return `drain started: ${fact.data.because}`;
    case 'node.Drained':
      return `drained: ${fact.data.because}`;
    case 'node.Undrained':
      return `undrained: ${fact.data.because}`;
    case 'vip.Advertised':
    case 'vip.Withdrawn':
    case 'vip.Withheld': {
      const { vip, addresses, reason } = fact.data;
      return `${vip} (${list(addresses)}) ${fact.type.slice(4).toLowerCase()}, ${reason}: ${becauseOf(fact)}`;
    }
    case 'nexthop.Resolved': {
      const { family, nextHops, strategy, because } = fact.data;
      return `${familyName(family)} next hop ${nextHops.join(' and ')} (${strategy}): ${because}`;
    }
    case 'nexthop.Unresolved':
      return `no ${familyName(fact.data.family)} next hop (${fact.data.strategy}): ${fact.data.because}`;
    case 'session.StateChanged':
      return `${fact.data.from} to ${fact.data.to} (${fact.data.event})`;
    case 'session.Established': {
      const { remoteAddress, peerASN, families } = fact.data.negotiated;
      return `Established with ${remoteAddress} AS ${peerASN} (${families.map(familyName).join(' and ')})`;
    }
    case 'session.Closed':
      return `connection closed in ${fact.data.from}: ${describeClosing(fact)}`;
    case 'session.PrefixesReceived':
      return `received ${Object.entries(fact.data.counts)
        .map(([family, n]) => `${n} ${familyName(family)}`)
        .join(', ')}`;
    case 'route.Announced': {
      const { peer, prefixes, attributes } = fact.data;
      return `told ${peer}: ${list(prefixes)}, next hop ${attributes.nextHops.join(' and ')}${asPath(attributes.asPath)}`;
    }
    case 'route.Withdrawn':
      return `took back from ${fact.data.peer}: ${list(fact.data.prefixes)}`;
    case 'route.Refused': {
      const { peer, prefixes, reason, detail } = fact.data;
      return `did not tell ${peer} ${list(prefixes)}, ${reason}: ${detail}`;
    }
    case 'operator.AnnounceRequested':
      return `${fact.data.by} asked to announce ${list(fact.data.addresses)}`;
    case 'operator.WithdrawRequested':
      return `${fact.data.by} asked to withdraw ${list(fact.data.addresses)}`;
    case 'operator.DrainRequested':
      return `${fact.data.by} asked to drain the node`;
    case 'operator.UndrainRequested':
      return `${fact.data.by} asked to undrain the node`;
    case 'operator.ResetRequested':
      return `${fact.data.by} asked to reset ${fact.data.peer}`;
    case 'operator.Refused':
      return `refused: ${fact.data.because}`;
    case 'kubernetes.Offered':
      return 'would watch the Kubernetes API for all nodes';
    case 'kubernetes.Retired':
      return `takes no part in watching the Kubernetes API: ${fact.data.because}`;
    case 'kubernetes.TermBegan':
      return `watches ${fact.data.server} for all nodes`;
    case 'kubernetes.Changed': {
      const { kind, told, set, deleted } = fact.data;
      return `${kind}, by a ${told}: ${set.length} set, ${deleted.length} deleted`;
    }
    case 'kubernetes.Listed':
      return 'everything was listed';
    case 'kubernetes.TermEnded':
      return `does not watch the Kubernetes API for all: ${fact.data.because}`;
    case 'kubernetes.ListRequested':
      return `asked for a list of everything: ${fact.data.because}`;
    default:
      return '';
  }
};
