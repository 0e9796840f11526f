import type { Config } from '@vipcast/config';
import { type Cause, causeOf, nodeSubjects, type RecordedFact } from '@vipcast/events';
import { readAddresses, watchAddresses } from '@vipcast/linux';
import type { Log } from '@vipcast/log';
import { formatAddress } from '@vipcast/net';
import type { HostAddress } from '@vipcast/next-hop';
import { appender, type Clock, type Identity, type Logger } from '@vipcast/runtime';
import { createResolverState, decideNextHops, type ResolverState } from './decisions.ts';

/** What the resolver needs from its host. */
export interface ResolverOptions {
  readonly log: Log;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A running next-hop-resolver. */
export interface Resolver {
  stop(): void;
}

/** A speaker that was started again knows no session of the one before it, whatever became of that. */
const forgetDeadSpeaker = (state: ResolverState, { epoch }: RecordedFact): void => {
  if (epoch === state.speakerEpoch) return;
  state.sessions.clear();
  state.speakerEpoch = epoch;
};

/** Takes in one fact; true when decisions may change. */
const take = (state: ResolverState, fact: RecordedFact): boolean => {
  if (fact.type.startsWith('session.')) forgetDeadSpeaker(state, fact);
  switch (fact.type) {
    case 'node.ConfigApplied':
      state.peers = (fact.data.config as unknown as Config).peers;
      return true;
    case 'vip.Advertised':
    case 'vip.Withdrawn':
    case 'vip.Withheld': {
      const before = state.vips.get(fact.data.vip) ?? [];
      const after = fact.type === 'vip.Advertised' ? fact.data.addresses : [];
      if (after.length > 0) state.vips.set(fact.data.vip, after);
      else state.vips.delete(fact.data.vip);
      return [...before, ...after].some((each) => state.onHost.has(each));
    }
    case 'session.Established': {
      const { peer, negotiated } = fact.data;
      state.sessions.set(peer, { id: fact.id, cause: causeOf(fact), negotiated });
      return true;
    }
    case 'session.Closed':
      if (fact.data.from === 'Established') state.sessions.delete(fact.data.peer);
      return false;
    case 'node.Started':
      if (fact.data.services.includes('speaker')) state.sessions.clear();
      return false;
    default:
      return false;
  }
};

/** Decides next hops for one node whenever a session, an address, a VIP or the configuration changes. */
export const startResolver = async ({ log, identity, clock, logger }: ResolverOptions): Promise<Resolver> => {
  const append = appender(log.writer(`${identity.node}/next-hop-resolver`), identity, clock);
  const state = createResolverState();
  const mine = nodeSubjects(identity);
  let live = false;

  const decide = (cause: Cause | undefined): void => {
    const drafts = decideNextHops(state);
    if (drafts.length === 0) return;
    try {
      append(drafts, cause);
    } catch (error) {
      state.decided.clear();
      logger.error({ err: error }, 'cannot write next hops');
    }
  };

  const learn = (host: readonly HostAddress[]): void => {
    state.host = host;
    state.onHost = new Set(host.map(({ address }) => formatAddress(address)));
    if (live) decide(undefined);
  };

  learn(await readAddresses());
  const watch = watchAddresses(learn);
  const following = log.follow({ after: 0, aggregates: ['node', 'vip', 'session'] }, (facts) => {
    let cause: Cause | undefined;
    for (const fact of facts) if (fact.subject.startsWith(mine) && take(state, fact)) cause = causeOf(fact);
    if (live && cause !== undefined) decide(cause);
  });
  live = true;

  return {
    stop: () => {
      following.stop();
      watch.stop();
    },
  };
};
