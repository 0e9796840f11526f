import type { Socket } from 'node:net';
import type { Config, PeerConfig } from '@vipcast/config';
import { type Cause, causeOf, type Draft, type RecordedFact } from '@vipcast/events';
import { type Address, equalAddresses, type Family } from '@vipcast/net';
import { actor, type Clock, createTimers, type Logger } from '@vipcast/runtime';
import {
  type Connection,
  createSession,
  type Effect,
  type Input,
  type Negotiated,
  type Session,
  type SessionSettings,
  step,
} from '@vipcast/session';
import { createConnections, type NetworkInput } from './connections.ts';
import { receivedDraft, sessionDraft } from './facts.ts';
import { sessionSettings } from './settings.ts';

/** What a peer tells the rest of the speaker. */
export interface PeerEvents {
  onEstablished(negotiated: Negotiated): void;
  onDown(): void;
  onRefresh(family: Family): void;
  /** What was written has left: there is room for more. */
  onWritable(): void;
}

/** One peer: its session actor, its timers and its connections. */
export interface PeerActor {
  config(): PeerConfig;
  readonly external: boolean;
  /** Id of the `session.Established` in force; empty while down. */
  sessionId(): string;
  accepts(remote: Address): boolean;
  accept(socket: Socket): void;
  reset(text: string, cause: Cause): void;
  /** Takes up what changed without a reset of the session. */
  reconfigure(config: Config, peer: PeerConfig): void;
  writable(): boolean;
  write(messages: readonly Uint8Array[]): void;
  /** Says Cease with this subcode, and is done. */
  stop(subcode: number, text: string): void;
  /** True once no connection is left. */
  silent(): boolean;
  /** Closes what is left, without a word. */
  destroy(): void;
}

/** Everything a peer needs from the speaker. */
export interface PeerOptions {
  readonly settings: SessionSettings;
  readonly peer: PeerConfig;
  readonly remote: Address;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly append: (drafts: readonly Draft[], cause: Cause | undefined) => readonly RecordedFact[];
  readonly record: (input: Input, at: number) => void;
  readonly events: PeerEvents;
}

const RECEIVED_INTERVAL = 1000;
const timerName = (timer: string, connection: Connection | null): string => `${timer}/${connection ?? ''}`;

const isExternal = (peer: PeerConfig): boolean =>
  peer.peerASN === 'external' || (peer.peerASN !== 'internal' && peer.peerASN !== peer.localASN);

/** Starts the session with one peer. */
export const startPeer = (options: PeerOptions): PeerActor => {
  const { clock, events, remote } = options;
  const { peer } = options;
  const { name } = peer;
  const external = isExternal(peer);
  let current = peer;
  let sessionId = '';
  let up: Connection | undefined;
  let chain: Cause | undefined;
  let received: ReadonlyMap<Family, number> = new Map();
  let receivedTimer: NodeJS.Timeout | undefined;

  const append = (drafts: readonly Draft[], cause: Cause | undefined): void => {
    for (const fact of options.append(drafts, cause ?? chain)) {
      chain = causeOf(fact);
      if (fact.type === 'session.Established') sessionId = fact.id;
      if (fact.type === 'session.Closed') chain = undefined;
    }
  };

  const noteReceived = (counts: ReadonlyMap<Family, number>): void => {
    received = counts;
    receivedTimer ??= setTimeout(() => {
      receivedTimer = undefined;
      if (up !== undefined) options.append([receivedDraft(name, received)], chain);
    }, RECEIVED_INTERVAL);
  };

  const run = (effect: Effect): void => {
    switch (effect.type) {
      case 'dial':
        connections.dial();
        break;
      case 'abortDial':
        connections.abortDial();
        break;
      case 'send':
        connections.write(effect.connection, [effect.bytes]);
        break;
      case 'close':
        connections.close(effect.connection);
        break;
      case 'startTimer':
        timers.start(timerName(effect.timer, effect.connection), effect.ms);
        break;
      case 'stopTimer':
        timers.stop(timerName(effect.timer, effect.connection));
        break;
      case 'established':
        up = effect.connection;
        events.onEstablished(effect.negotiated);
        break;
      case 'down':
        up = undefined;
        sessionId = '';
        events.onDown();
        break;
      case 'received':
        noteReceived(effect.counts);
        break;
      case 'refresh':
        events.onRefresh(effect.family);
        break;
    }
  };

  const mailbox = actor<Session, Input, Effect>({
    state: createSession(options.settings),
    step: (state, input) => {
      const { session, effects, conclusions } = step(state, input);
      return { state: session, effects, facts: conclusions.map((each) => sessionDraft(name, each)) };
    },
    run,
    append,
    record: (input) => options.record(input, clock.wall()),
    onError: (error, input) => {
      options.logger.error({ err: error, peer: name, input: input.type }, 'bug in a session step');
      connections.drop('internal error');
    },
  });

  const send = (input: NetworkInput, cause?: Cause): void =>
    mailbox.send({ ...input, at: clock.monotonic(), random: clock.random() } as Input, cause);

  const timers = createTimers(clock, (timer) => {
    const [kind, connection] = timer.split('/');
    send({ type: 'TimerExpires', timer: kind, connection: connection || null } as NetworkInput);
  });

  const connections = createConnections({
    peer,
    external,
    onInput: send,
    onWritable: (connection) => connection === up && events.onWritable(),
  });

  send({ type: 'ManualStart' });

  return {
    config: () => current,
    external,
    sessionId: () => sessionId,
    accepts: (address) => equalAddresses(remote, address),
    accept: connections.accept,
    reset: (text, cause) => send({ type: 'ManualReset', text }, cause),
    reconfigure: (config, changed) => {
      current = changed;
      const settings = sessionSettings(config, changed);
      if (JSON.stringify(settings) === JSON.stringify(mailbox.state().settings)) return;
      send({ type: 'SettingsChanged', settings });
    },
    writable: () => up !== undefined && connections.writable(up),
    write: (messages) => {
      if (up !== undefined) connections.write(up, messages);
    },
    stop: (subcode, text) => {
      send({ type: 'ManualStop', subcode, text });
      timers.stopAll();
      clearTimeout(receivedTimer);
    },
    silent: connections.silent,
    destroy: () => {
      timers.stopAll();
      clearTimeout(receivedTimer);
      connections.destroy();
    },
  };
};
