import type { Answers } from './answers.ts';
import { type Access, openLink } from './connection.ts';
import type { Fact } from './fact.ts';
import { type Follow, type FollowOptions, iterate, startFollowing } from './following.ts';
import { followState, type State, type StateOptions, stateAt } from './state.ts';
import { type Answered, type Ask, type AskDrain, ask } from './wishes.ts';

/** A subscriber's hold on a cluster. */
export interface Client {
  /** Hands on recorded facts, one at a time: in the order of their writers, each once, for as long as there is somebody to hand them to. */
  readonly follow: Follow;
  /** The same as something to iterate over: `for await (const fact of client.facts({ after: 'start' }))`. */
  facts(options?: FollowOptions): AsyncIterableIterator<Fact>;
  /** The network as the log tells it now. Reads the whole stream first. */
  state(options?: StateOptions): Promise<State>;
  /**
   * The network as it was.
   * @throws Error when that is older than what the stream keeps
   */
  at(time: Date): Promise<Answers>;
  /** Asks nodes to announce addresses. Answers say what is recorded; what came of it are facts. */
  announce(addresses: readonly string[], options: Ask): Promise<readonly Answered[]>;
  withdraw(addresses: readonly string[], options: Ask): Promise<readonly Answered[]>;
  /** Asks nodes to give up their VIPs. One that is the last to announce something refuses, unless it is forced. */
  drain(options: AskDrain): Promise<readonly Answered[]>;
  undrain(options: Ask): Promise<readonly Answered[]>;
  /** Asks nodes to end their session with a peer and begin it anew. */
  reset(peer: string, options: Ask): Promise<readonly Answered[]>;
  /** Ends everything that goes on over this connection. */
  close(): Promise<void>;
}

/**
 * Connects to a cluster's log.
 * @throws Error when no server lets us in now; later the connection comes back by itself
 */
export const connect = async (access: Access): Promise<Client> => {
  const link = await openLink(access);
  const running = new Set<{ stop(): void }>();

  const follow: Follow = (options, onFact) => {
    const following = startFollowing(link, options, onFact);
    running.add(following);
    const forget = (): unknown => running.delete(following);
    following.ended.then(forget, forget);
    return following;
  };

  return {
    follow,
    facts: (options = {}) => iterate(follow, options),
    state: (options) => followState(link, follow, options),
    at: (time) => stateAt(follow, time),
    announce: (addresses, options) => ask(link, { wish: 'announce', addresses: [...addresses] }, options),
    withdraw: (addresses, options) => ask(link, { wish: 'withdraw', addresses: [...addresses] }, options),
    drain: ({ force = false, ...options }) =>
      ask(link, { wish: 'drain', ...(force ? { force } : {}) }, options),
    undrain: (options) => ask(link, { wish: 'undrain' }, options),
    reset: (peer, options) => ask(link, { wish: 'reset', peer }, options),
    close: async () => {
      for (const each of running) each.stop();
      await link.nc.close();
    },
  };
};
