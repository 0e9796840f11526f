import { setTimeout as pause } from 'node:timers/promises';
import { type Config, type PeerConfig, planChange } from '@vipcast/config';
import { type Cause, causeOf, type Draft, nodeSubjects, type RecordedFact } from '@vipcast/events';
import type { Log, Recorder } from '@vipcast/log';
import { parseAddress } from '@vipcast/net';
import { applyToRib, createRib, drain, type RibInput } from '@vipcast/rib';
import { appender, type Clock, type Identity, type Logger } from '@vipcast/runtime';
import { routeDraft } from './facts.ts';
import { type Listener, startListener } from './listener.ts';
import { createPastNextHops, type NextHopFact } from './past-next-hops.ts';
import { type PeerActor, startPeer } from './peer.ts';
import { peerSession } from './peer-session.ts';
import { createRouteRecorder } from './route-recorder.ts';
import type { RecordedSessionInput } from './session-created.ts';
import { listenerChanged, policyOf, sessionSettings } from './settings.ts';
import { addresses, vipChange } from './vip-change.ts';

/** What the speaker needs from its host. */
export interface SpeakerOptions {
  readonly log: Log;
  readonly recorder: Recorder;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A running speaker. */
export interface Speaker {
  /** Ends every session with Cease/Administrative Shutdown, and returns when the peers have heard it. */
  stop(): Promise<void>;
}

const FOLLOWED = ['node', 'vip', 'nexthop', 'session', 'operator'] as const;

const PARTING_TIME = 1500;
/** So long a session waits for somebody to decide about its next hops, in milliseconds. */
const UNDECIDED_TIME = 1000;
const DECONFIGURED = 3;
const CONFIGURATION_CHANGE = 6;
const SHUTDOWN = 2;

const policyText = (config: Config | undefined): string =>
  JSON.stringify([config?.policy, config?.advertisements ?? null]);

/** What the speaker needs of a configuration: VIPs reach it as facts, and ten thousand need not be held twice. */
const configOf = (fact: RecordedFact<'node.ConfigApplied'>): Config => ({
  ...(fact.data.config as unknown as Config),
  vips: [],
});

/**
 * Speaks BGP for one node: follows what the log says of VIPs, next hops and configuration, and tells each peer
 * what differs from what it heard. Sockets are written first; what was written becomes facts right after.
 */
export const startSpeaker = ({ log, recorder, identity, clock, logger }: SpeakerOptions): Speaker => {
  const writer = log.writer(`${identity.node}/speaker`);
  const stampAndAppend = appender(writer, identity, clock);
  const rib = createRib();
  const peers = new Map<string, PeerActor>();
  const past = createPastNextHops();
  let config: Config | undefined;
  let listener: Listener | undefined;
  let live = false;
  let written = 0;
  let sessions = 0;

  const append = (drafts: readonly Draft[], cause: Cause | undefined): readonly RecordedFact[] => {
    try {
      const facts = stampAndAppend(drafts, cause);
      written = facts.at(-1)?.n ?? written;
      return facts;
    } catch (error) {
      logger.error({ err: error, lost: drafts.length }, 'cannot write facts; routing goes on');
      return [];
    }
  };
  const routes = createRouteRecorder(append);

  /** What a session was told is on record before its end. */
  const appendOfSession = (drafts: readonly Draft[], cause: Cause | undefined): readonly RecordedFact[] => {
    if (drafts.some(({ type }) => type === 'session.Closed')) routes.flush();
    return append(drafts, cause);
  };

  const flush = (name: string, cause: Cause | undefined): void => {
    const peer = peers.get(name);
    if (peer === undefined || !peer.writable()) return;
    const { messages, conclusions } = drain(rib, name);
    peer.write(messages);
    routes.record(
      conclusions.map((conclusion) => routeDraft(name, conclusion)),
      cause,
    );
  };

  const flushAll = (cause: Cause | undefined): void => {
    for (const name of peers.keys()) flush(name, cause);
  };

  let due: Cause | undefined;
  /** Facts come in pages: all that wait are taken in before peers are told, so that UPDATEs are full. */
  const flushSoon = (cause: Cause): void => {
    if (due === undefined)
      queueMicrotask(() => {
        const last = due;
        due = undefined;
        flushAll(last);
      });
    due = cause;
  };

  const change = (input: RibInput): void => applyToRib(rib, input);

  const addPeer = (current: Config, peer: PeerConfig): void => {
    const remote = parseAddress(peer.address ?? '');
    if (remote === undefined) return;
    const { name } = peer;
    const settings = sessionSettings(current, peer);
    const actor = `${identity.node}/${name}/${++sessions}`;
    const record = (input: RecordedSessionInput, at: number): void => recorder.record(actor, at, input);
    record(
      { type: 'SessionCreated', node: identity.node, peer: name, epoch: writer.epoch, n: written, settings },
      clock.wall(),
    );
    const started = startPeer({
      settings,
      peer,
      remote,
      clock,
      logger,
      append: appendOfSession,
      record,
      events: {
        onEstablished: (negotiated) =>
          change({ type: 'SessionUp', peer: name, session: peerSession(negotiated) }),
        onDown: () => change({ type: 'SessionDown', peer: name }),
        onRefresh: (family) => {
          change({ type: 'RefreshRequested', peer: name, family });
          flush(name, undefined);
        },
        onWritable: () => flush(name, undefined),
      },
    });
    peers.set(name, started);
  };

  const removePeer = (name: string, subcode: number, text: string): void => {
    peers.get(name)?.stop(subcode, text);
    peers.delete(name);
    change({ type: 'SessionDown', peer: name });
  };

  const configure = (next: Config, cause: Cause | undefined): void => {
    const before = config;
    config = next;
    const wanted = new Set(next.peers.map((peer) => peer.name));
    const resets = planChange(before ?? null, next).resets.map(({ peer }) => peer);
    for (const name of [...peers.keys()])
      if (!wanted.has(name)) removePeer(name, DECONFIGURED, 'no longer configured');
    for (const name of resets) removePeer(name, CONFIGURATION_CHANGE, 'configuration changed');
    for (const peer of next.peers) {
      const running = peers.get(peer.name);
      if (running === undefined) addPeer(next, peer);
      else running.reconfigure(next, peer);
    }
    listen(before, next);
    if (policyText(before) !== policyText(next)) change({ type: 'PolicyChanged', ...policyOf(next) });
    flushAll(cause);
  };

  const listen = (before: Config | undefined, next: Config): void => {
    if (before !== undefined && !listenerChanged(before, next)) return;
    listener?.close();
    const address = next.bgp.listen;
    listener =
      address === null ? undefined : startListener({ address, peers: () => [...peers.values()], logger });
  };

  const decideNextHop = (fact: NextHopFact): void => {
    const { peer, family } = fact.data;
    const nextHop =
      fact.type === 'nexthop.Resolved'
        ? { addresses: addresses(fact.data.nextHops) }
        : { refused: fact.data.because };
    change({ type: 'NextHopDecided', peer, family, nextHop });
  };

  /** Where nobody decides about the next hops of a session, those of the last one like it hold until somebody does. */
  const recallNextHops = (peer: string, session: string): void => {
    if (peers.get(peer)?.sessionId() !== session) return;
    for (const fact of past.of(peer)) {
      decideNextHop(fact);
      flush(peer, causeOf(fact));
    }
  };

  /** Takes in one fact; true when peers may have to be told something. */
  const take = (fact: RecordedFact): boolean => {
    switch (fact.type) {
      case 'vip.Advertised':
      case 'vip.Withdrawn':
      case 'vip.Withheld':
        change(vipChange(fact));
        return true;
      case 'nexthop.Resolved':
      case 'nexthop.Unresolved':
        past.take(fact);
        if (peers.get(fact.data.peer)?.sessionId() !== fact.data.session) return false;
        decideNextHop(fact);
        return true;
      case 'session.Established':
        past.take(fact);
        if (live) setTimeout(recallNextHops, UNDECIDED_TIME, fact.data.peer, fact.id);
        return false;
      case 'node.ConfigApplied':
        if (live) configure(configOf(fact), causeOf(fact));
        else config = configOf(fact);
        return false;
      case 'operator.ResetRequested':
        if (live) peers.get(fact.data.peer)?.reset(`reset by ${fact.data.by}`, causeOf(fact));
        return false;
      default:
        return false;
    }
  };

  const mine = nodeSubjects(identity);
  const ours = (fact: RecordedFact): boolean => fact.subject.startsWith(mine);

  const following = log.follow({ after: 0, aggregates: FOLLOWED }, (facts) => {
    let cause: Cause | undefined;
    for (const fact of facts) if (ours(fact) && take(fact)) cause = causeOf(fact);
    if (live && cause !== undefined) flushSoon(cause);
  });
  live = true;
  if (config !== undefined) {
    const last = config;
    config = undefined;
    configure(last, undefined);
  }

  return {
    stop: async () => {
      following.stop();
      listener?.close();
      const leaving = [...peers.values()];
      for (const peer of leaving) peer.stop(SHUTDOWN, 'vipcast is stopping');
      const deadline = clock.monotonic() + PARTING_TIME;
      while (!leaving.every((peer) => peer.silent()) && clock.monotonic() < deadline) await pause(10);
      for (const peer of leaving) peer.destroy();
      routes.flush();
    },
  };
};
