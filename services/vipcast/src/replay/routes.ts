import type { Config } from '@vipcast/config';
import { parseSubject, type RecordedFact } from '@vipcast/events';
import { hostWriter } from '@vipcast/log';
import { applyToRib, createRib, drain, type Rib } from '@vipcast/rib';
import {
  addresses,
  createPastNextHops,
  type NextHopFact,
  type PastNextHops,
  peerSession,
  policyOf,
  routeDraft,
  vipChange,
} from '@vipcast/speaker';
import {
  isRouteFact,
  isUnsaid,
  type RouteFact,
  type Statement,
  say,
  statementText,
} from './route-statement.ts';

/** A statement to a peer about a prefix that no fact before it justifies. */
export interface Unjustified {
  readonly fact: RecordedFact;
  readonly prefix: string;
  /** What the same code would have said; empty for nothing. */
  readonly expected: readonly string[];
}

/** What became of the statements to one peer. */
export interface RouteOutcome {
  readonly node: string;
  readonly peer: string;
  /** Statements about one prefix each that facts justify. */
  readonly justified: number;
  readonly unjustified: Unjustified | undefined;
  /** Prefixes whose last wish the peer was never told though its session is up. */
  readonly unsaid: readonly string[];
  /** What the peer was last told, by prefix. */
  readonly told: ReadonlyMap<string, string>;
}

/** A replay of route decisions, fact by fact. */
export interface RouteReplay {
  take(fact: RecordedFact): void;
  /** @param end milliseconds since 1970: a wish younger than a second may still be on its way */
  outcomes(end: number): readonly RouteOutcome[];
}

interface Peer {
  readonly statements: Map<string, Statement>;
  /** Id of the `session.Established` in force; empty while down. */
  session: string;
  justified: number;
  unjustified: Unjustified | undefined;
}

interface Node {
  readonly rib: Rib;
  readonly peers: Map<string, Peer>;
  readonly past: PastNextHops;
  /** Of the speaker. */
  epoch: number;
}

const SOON = 1000;

const nodeIn = (nodes: Map<string, Node>, name: string): Node => {
  const node = nodes.get(name) ?? {
    rib: createRib(),
    peers: new Map(),
    past: createPastNextHops(),
    epoch: 0,
  };
  nodes.set(name, node);
  return node;
};

const peerIn = ({ peers }: Node, name: string): Peer => {
  const peer = peers.get(name) ?? {
    statements: new Map(),
    session: '',
    justified: 0,
    unjustified: undefined,
  };
  peers.set(name, peer);
  return peer;
};

const statementIn = ({ statements }: Peer, prefix: string): Statement => {
  const statement = statements.get(prefix) ?? { said: '', wishes: [] };
  statements.set(prefix, statement);
  return statement;
};

const down = (node: Node, name: string): void => {
  applyToRib(node.rib, { type: 'SessionDown', peer: name });
  // What was said stays until the next session: facts about it may be written a moment after the end.
  peerIn(node, name).session = '';
};

const allDown = (node: Node): void => {
  for (const name of node.peers.keys()) down(node, name);
};

const check = (peer: Peer, fact: RouteFact): void => {
  const text = statementText(fact);
  for (const prefix of fact.data.prefixes) {
    const statement = statementIn(peer, prefix);
    const expected = statement.wishes.map((wish) => wish.text);
    if (say(statement, text)) peer.justified++;
    else peer.unjustified ??= { fact, prefix, expected };
  }
};

const drainAll = ({ rib, peers }: Node, at: number): void => {
  for (const [name, peer] of peers)
    for (const conclusion of drain(rib, name).conclusions) {
      const text = statementText(routeDraft(name, conclusion));
      for (const prefix of conclusion.prefixes) statementIn(peer, prefix).wishes.push({ text, at });
    }
};

const decideNextHop = ({ rib }: Node, fact: NextHopFact): void => {
  const { peer, family } = fact.data;
  const nextHop =
    fact.type === 'nexthop.Resolved'
      ? { addresses: addresses(fact.data.nextHops) }
      : { refused: fact.data.because };
  applyToRib(rib, { type: 'NextHopDecided', peer, family, nextHop });
};

const establish = (node: Node, fact: RecordedFact<'session.Established'>): void => {
  const { peer: name, negotiated } = fact.data;
  const peer = peerIn(node, name);
  peer.statements.clear();
  peer.session = fact.id;
  applyToRib(node.rib, { type: 'SessionUp', peer: name, session: peerSession(negotiated) });
  // The speaker waits a moment for better ones: until then these may be said, and need not be.
  for (const past of node.past.of(name)) decideNextHop(node, past);
};

/** What another service takes up that runs apart is nothing to the speaker. */
const isOfOther = ({ writer, subject }: RecordedFact): boolean => {
  const node = parseSubject(subject)?.node ?? '';
  return ![hostWriter(node), hostWriter(node, 'speaker')].includes(writer);
};

/** Takes in a fact that leads to routes, as the speaker does. */
const decide = (node: Node, fact: RecordedFact): void => {
  const { rib } = node;
  if (fact.type.startsWith('session.') && fact.epoch !== node.epoch) {
    allDown(node);
    node.epoch = fact.epoch;
  }
  node.past.take(fact);
  switch (fact.type) {
    case 'node.Started':
      if (fact.data.services.length === 0 || fact.data.services.includes('speaker')) allDown(node);
      break;
    case 'node.ConfigApplied': {
      if (isOfOther(fact)) break;
      const policy = policyOf(fact.data.config as unknown as Config);
      applyToRib(rib, { type: 'PolicyChanged', ...policy });
      break;
    }
    case 'vip.Advertised':
    case 'vip.Withdrawn':
    case 'vip.Withheld':
      applyToRib(rib, vipChange(fact));
      break;
    case 'nexthop.Resolved':
    case 'nexthop.Unresolved':
      if (node.peers.get(fact.data.peer)?.session === fact.data.session) decideNextHop(node, fact);
      break;
    case 'session.Established':
      establish(node, fact);
      break;
    case 'session.StateChanged':
      if (fact.data.from === 'Established') down(node, fact.data.peer);
      break;
  }
};

/**
 * Decides about routes once more, from the facts that led to them, and asks of every recorded statement whether it was
 * due. A peer that reads slowly may be spared wishes that came and went, and all of them are told late: so it is asked
 * whether a statement was due at any time since the last one about its prefix, and whether anything is left in the end.
 */
export const replayRoutes = (): RouteReplay => {
  const nodes = new Map<string, Node>();
  return {
    take: (fact) => {
      const node = nodeIn(nodes, parseSubject(fact.subject)?.node ?? '');
      if (isRouteFact(fact)) check(peerIn(node, fact.data.peer), fact);
      else {
        decide(node, fact);
        drainAll(node, fact.at);
      }
    },
    outcomes: (end) =>
      [...nodes].flatMap(([node, { peers }]) =>
        Array.from(peers, ([peer, { statements, session, justified, unjustified }]) => {
          const current = session === '' ? [] : [...statements];
          const open = current.filter(([, each]) => isUnsaid(each, end - SOON));
          const said = current.filter(([, each]) => each.said !== '');
          return {
            node,
            peer,
            justified,
            unjustified,
            unsaid: open.map(([prefix]) => prefix),
            told: new Map(said.map(([prefix, each]) => [prefix, each.said])),
          };
        }),
      ),
  };
};
