import type { RecordedFact } from '@vipcast/events';
import type { RecordedInput } from '@vipcast/log';
import { parseAddress } from '@vipcast/net';
import { createSession, type Input, type Session, type SessionSettings, step } from '@vipcast/session';
import { sessionDraft } from '@vipcast/speaker';
import { encodeMessage, KEEPALIVE } from '@vipcast/wire';

/** For tests: a daemon without a network, which records as the real one does. */
export interface Stage {
  readonly facts: RecordedFact[];
  readonly inputs: RecordedInput[];
  /** Begins a session; says which actor it is. */
  create(peer: string): string;
  /** Lets something happen to a session, some milliseconds after what happened last. */
  happen(actor: string, input: Happening): void;
  /** Brings a fresh session to Established. */
  establish(actor: string): void;
  /** A new daemon on the same files. */
  restart(): void;
}

/** For tests: an input without its time and randomness. */
export type Happening<I = Input> = I extends Input ? Omit<I, 'at' | 'random'> : never;

const address = (text: string) => parseAddress(text)!;

const SETTINGS: SessionSettings = {
  localASN: 65_000,
  peerASN: 65_001,
  routerId: address('10.0.0.7'),
  families: ['ipv4-unicast'],
  holdTime: 9,
  keepaliveTime: 3,
  connectRetryTime: 1000,
  passive: false,
  hostName: 'n1',
};

const OPEN = encodeMessage(
  { type: 'open', version: 4, asn: 65_001, holdTime: 9, routerId: address('10.0.0.1'), capabilities: [] },
  { fourOctetAs: true, external: true, maxMessageLength: 4096 },
);

/** For tests: what happens on the way to Established. */
const ARRIVAL: readonly Happening[] = [
  { type: 'ManualStart' },
  {
    type: 'TcpConnectionConfirmed',
    connection: 'outgoing',
    localAddress: address('10.0.0.7'),
    remoteAddress: address('10.0.0.1'),
  },
  { type: 'BytesReceived', connection: 'outgoing', bytes: OPEN },
  { type: 'BytesReceived', connection: 'outgoing', bytes: KEEPALIVE },
];

const TICK = 10;

/** For tests: an empty stage. */
export const createStage = (begin = 1_790_000_000_000): Stage => {
  const facts: RecordedFact[] = [];
  const inputs: RecordedInput[] = [];
  const sessions = new Map<string, { peer: string; session: Session }>();
  let [now, epoch, n, created] = [begin, 1, 0, 0];

  const record = (actor: string, input: unknown): void => {
    now += TICK;
    inputs.push({ position: inputs.length + 1, actor, at: now, input });
  };

  const conclude = (peer: string, draft: ReturnType<typeof sessionDraft>): void => {
    facts.push({
      ...draft,
      position: facts.length + 1,
      id: `fact-${facts.length + 1}`,
      v: 1,
      subject: `vipcast.test.n1.session.${peer}`,
      at: now + 1,
      recordedAt: now + 1,
      causationId: '',
      correlationId: '',
      writer: 'n1/speaker',
      epoch,
      n: ++n,
      hash: new Uint8Array(16),
    } as RecordedFact);
  };

  const happen = (actor: string, happening: Happening): void => {
    const input = { ...happening, at: now - begin, random: 0.5 } as Input;
    record(actor, input);
    const { peer, session } = sessions.get(actor)!;
    const after = step(session, input);
    sessions.set(actor, { peer, session: after.session });
    for (const conclusion of after.conclusions) conclude(peer, sessionDraft(peer, conclusion));
  };

  return {
    facts,
    inputs,
    happen,
    create: (peer) => {
      const actor = `n1/${peer}/${++created}`;
      record(actor, { type: 'SessionCreated', node: 'n1', peer, epoch, n, settings: SETTINGS });
      sessions.set(actor, { peer, session: createSession(SETTINGS) });
      return actor;
    },
    establish: (actor) => {
      for (const happening of ARRIVAL) happen(actor, happening);
    },
    restart: () => {
      sessions.clear();
      [epoch, n, created] = [epoch + 1, 0, 0];
    },
  };
};
