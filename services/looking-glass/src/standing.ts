import type { Config } from '@vipcast/config';
import type { RecordedFact } from '@vipcast/events';

/** What the log says of a node, as far as its health goes. */
export interface Standing {
  /** Services of this process; `undefined` before it has said that it started. */
  services: readonly string[] | undefined;
  /** Names of the peers of the configuration that holds; `undefined` before there is one. */
  peers: readonly string[] | undefined;
  /** Where the looking glass is wanted. */
  listen: string | null;
  /** Peers whose session is Established. */
  readonly established: Set<string>;
  /** Of the speaker whose sessions they are. */
  speakerEpoch: number;
}

/** Of a node of which nothing is known. */
export const createStanding = (): Standing => ({
  services: undefined,
  peers: undefined,
  listen: null,
  established: new Set(),
  speakerEpoch: 0,
});

/** A speaker that was started again knows no session of the one before it; what that one said may arrive late. */
const isOfThisSpeaker = (standing: Standing, epoch: number): boolean => {
  if (epoch > standing.speakerEpoch) {
    standing.established.clear();
    standing.speakerEpoch = epoch;
  }
  return epoch === standing.speakerEpoch;
};

/** Takes in one fact of the node. Of what hosts say, only that of this process may be given. */
export const takeFact = (standing: Standing, fact: RecordedFact): void => {
  switch (fact.type) {
    case 'node.Started':
      standing.services = fact.data.services;
      if (fact.data.services.includes('speaker')) standing.established.clear();
      break;
    case 'node.ConfigApplied': {
      const { peers, lookingGlass } = fact.data.config as unknown as Config;
      standing.peers = peers.map(({ name }) => name);
      standing.listen = lookingGlass?.listen ?? null;
      break;
    }
    case 'session.Established':
      if (isOfThisSpeaker(standing, fact.epoch)) standing.established.add(fact.data.peer);
      break;
    case 'session.Closed':
      if (isOfThisSpeaker(standing, fact.epoch) && fact.data.from === 'Established')
        standing.established.delete(fact.data.peer);
      break;
    case 'session.StateChanged':
      isOfThisSpeaker(standing, fact.epoch);
  }
};
