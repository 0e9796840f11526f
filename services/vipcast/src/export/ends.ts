import { parseSubject, type RecordedFact } from '@vipcast/events';
import { type Address, parseAddress } from '@vipcast/net';
import { type ConfiguredPeer, configuredPeers } from '@vipcast/views';
import type { Parties } from './mrt-record.ts';

/** Who the sessions in a log are between, as far as it has been read. */
export interface Ends {
  learn(fact: RecordedFact): void;
  /** Of the session that a fact is about; `undefined` when the log begins after that came up. */
  of(fact: RecordedFact): Parties | undefined;
}

const UNSPECIFIED: Readonly<Record<4 | 6, Address | undefined>> = {
  4: parseAddress('0.0.0.0'),
  6: parseAddress('::'),
};

/** Before a first session only the configuration knows a peer, and nobody the local address. */
const configuredEnds = ({ address, localASN, peerASN }: ConfiguredPeer): Parties | undefined => {
  const peerAddress = parseAddress(address ?? '');
  const localAddress = peerAddress && UNSPECIFIED[peerAddress.version];
  return peerAddress === undefined || localAddress === undefined
    ? undefined
    : {
        peerAddress,
        localAddress,
        localASN: localASN ?? 0,
        peerASN: typeof peerASN === 'number' ? peerASN : 0,
      };
};

const establishedEnds = ({ data }: RecordedFact<'session.Established'>): Parties | undefined => {
  const { localASN, peerASN, localAddress, remoteAddress } = data.negotiated;
  const [local, peer] = [parseAddress(localAddress), parseAddress(remoteAddress)];
  return local === undefined || peer === undefined
    ? undefined
    : { localASN, peerASN, localAddress: local, peerAddress: peer };
};

const keyOf = (node: string, peer: string): string => JSON.stringify([node, peer]);

/** Begins to read a log. */
export const createEnds = (): Ends => {
  const configured = new Map<string, Parties>();
  const established = new Map<string, Parties>();
  const note = (map: Map<string, Parties>, key: string, ends: Parties | undefined): void => {
    if (ends !== undefined) map.set(key, ends);
  };
  return {
    learn: (fact) => {
      if (fact.type !== 'node.ConfigApplied' && fact.type !== 'session.Established') return;
      const node = parseSubject(fact.subject)?.node ?? '';
      if (fact.type === 'session.Established')
        note(established, keyOf(node, fact.data.peer), establishedEnds(fact));
      else
        for (const peer of configuredPeers(fact).values())
          note(configured, keyOf(node, peer.name), configuredEnds(peer));
    },
    of: (fact) => {
      if (!('peer' in fact.data)) return undefined;
      const key = keyOf(parseSubject(fact.subject)?.node ?? '', fact.data.peer);
      return established.get(key) ?? configured.get(key);
    },
  };
};
