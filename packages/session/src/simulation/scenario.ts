import { ipv4, parseAddress } from '@vipcast/net';
import { type Capability, encodeMessage, KEEPALIVE, type Message, type WireContext } from '@vipcast/wire';
import { createSession, type Session } from '../session.ts';
import { type Step, step } from '../step.ts';
import type { Conclusion, Connection, Input, SessionSettings, Timer } from '../types.ts';

/** An input without its circumstances. */
export type Happening<I = Input> = I extends Input ? Omit<I, 'at' | 'random'> : never;

/** AS 65000 (10.0.0.7) towards AS 65001, both families, 9 s. */
export const SETTINGS: SessionSettings = {
  localASN: 65000,
  peerASN: 65001,
  routerId: parseAddress('10.0.0.7')!,
  families: ['ipv4-unicast', 'ipv6-unicast'],
  holdTime: 9,
  keepaliveTime: 3,
  connectRetryTime: 5000,
  passive: false,
  hostName: 'n7',
};

const WIRE: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: true };

/** The capabilities of a peer that can do everything. */
export const CAPABILITIES: readonly Capability[] = [
  { kind: 'multiprotocol', afi: 1, safi: 1 },
  { kind: 'multiprotocol', afi: 2, safi: 1 },
  { kind: 'route-refresh' },
  { kind: 'enhanced-route-refresh' },
  { kind: 'extended-next-hop', entries: [{ afi: 1, safi: 1, nextHopAfi: 2 }] },
  { kind: 'extended-message' },
  { kind: 'four-octet-as', asn: 65001 },
  { kind: 'fqdn', hostName: 'tor1', domainName: '' },
];

/** An OPEN of the peer's, AS 65001 (10.0.0.1), with a hold time of 90 s. */
export const peerOpen = (change: Partial<Extract<Message, { type: 'open' }>> = {}): Uint8Array =>
  encode({
    type: 'open',
    version: 4,
    asn: 65001,
    holdTime: 90,
    routerId: parseAddress('10.0.0.1')!,
    capabilities: CAPABILITIES,
    ...change,
  });

/** Any message in bytes. */
export const encode = (message: Message): Uint8Array => encodeMessage(message, WIRE);

/** The connection came up. */
export const confirmed = (connection: Connection): Happening => ({
  type: 'TcpConnectionConfirmed',
  connection,
  localAddress: ipv4(0x0a000007),
  remoteAddress: ipv4(0x0a000001),
});

/** The peer said this, in one piece. */
export const said = (connection: Connection, ...messages: Uint8Array[]): Happening => ({
  type: 'BytesReceived',
  connection,
  bytes: Uint8Array.from(messages.flatMap((message) => [...message])),
});

/** A step at this time, with the longest of jitters unless told. */
export const when = (session: Session, happening: Happening, at = 0, random = 1): Step =>
  step(session, { ...happening, at, random } as Input);

/** The session after all this, at time 0. */
export const after = (session: Session, ...happenings: Happening[]): Session =>
  happenings.reduce((now, happening) => when(now, happening).session, session);

/** Sessions on their way, on the outgoing connection. */
export const begun = (settings: Partial<SessionSettings> = {}) => {
  const idle = createSession({ ...SETTINGS, ...settings });
  const connect = after(idle, { type: 'ManualStart' });
  const openSent = after(connect, confirmed('outgoing'));
  return { idle, connect, openSent };
};

/** A session in OpenConfirm and one in Established, on the outgoing connection. */
export const opened = (
  settings: Partial<SessionSettings> = {},
  open: Parameters<typeof peerOpen>[0] = {},
) => {
  const openConfirm = after(begun(settings).openSent, said('outgoing', peerOpen(open)));
  const established = after(openConfirm, said('outgoing', KEEPALIVE));
  return { openConfirm, established };
};

/** The messages in an answer: `open`, `keepalive`, or `6/2` for a NOTIFICATION, with the connection. */
export const spoken = ({ effects }: Step): string[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'send') return [];
    const { bytes, connection } = effect;
    const names = ['', 'open', 'update', `${bytes[19]}/${bytes[20]}`, 'keepalive', 'route-refresh'];
    return [`${connection} ${names[bytes[18]!]}`];
  });

/** Everything the answer asks for but messages, in one word or two each. */
export const asked = ({ effects }: Step): string[] =>
  effects.flatMap((effect) => {
    switch (effect.type) {
      case 'send':
        return [];
      case 'startTimer':
        return [`start ${effect.timer} ${effect.ms}`];
      case 'stopTimer':
        return [`stop ${effect.timer}`];
      case 'close':
        return [`close ${effect.connection}`];
      default:
        return [effect.type];
    }
  });

/** A timer expired. */
export const expires = (timer: Timer, connection: Connection | null = null): Happening => ({
  type: 'TimerExpires',
  timer,
  connection,
});
/** A dial or a connection failed. */
export const lost = (connection: Connection = 'outgoing', because = 'connection refused'): Happening => ({
  type: 'TcpConnectionFails',
  connection,
  because,
});
/** What we send waits, or does not any more. */
export const stalls: Happening = { type: 'SendStalls', connection: 'outgoing' };
export const flows: Happening = { type: 'SendFlows', connection: 'outgoing' };
/** An operator's stop, with a reason. */
export const stopped: Happening = { type: 'ManualStop', subcode: 2, text: 'maintenance until noon' };
/** An operator's reset. */
export const reset: Happening = { type: 'ManualReset', text: '' };
/** How connections ended. */
export const closings = (conclusions: readonly Conclusion[]) =>
  conclusions.filter((each): each is Extract<Conclusion, { type: 'Closed' }> => each.type === 'Closed');
/** How the state went, as `from > to event`. */
export const changes = (conclusions: readonly Conclusion[]): string[] =>
  conclusions.flatMap((each) =>
    each.type === 'StateChanged' ? [`${each.from} > ${each.to} ${each.event}`] : [],
  );
