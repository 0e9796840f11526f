import type { Draft, RecordedFact } from '@vipcast/events';
import { formatAddress } from '@vipcast/net';
import type { Effect, Input } from '@vipcast/session';
import { describeFact } from '@vipcast/views';
import { MESSAGE_TYPE } from '@vipcast/wire';
import { formatInstant } from '../time.ts';
import type { Difference, Turn } from './sessions.ts';

const MESSAGE_NAMES: ReadonlyMap<number, string> = new Map([
  [MESSAGE_TYPE.open, 'OPEN'],
  [MESSAGE_TYPE.update, 'UPDATE'],
  [MESSAGE_TYPE.notification, 'NOTIFICATION'],
  [MESSAGE_TYPE.keepalive, 'KEEPALIVE'],
  [MESSAGE_TYPE.routeRefresh, 'ROUTE-REFRESH'],
]);
const HEADER = 19;
const SHOWN_BYTES = 64;

/** What the bytes begin with, as far as they are whole messages, and then the bytes. */
const bytesText = (bytes: Uint8Array): string => {
  const names: string[] = [];
  for (let at = 0; at + HEADER <= bytes.length && bytes[at] === 0xff; ) {
    names.push(MESSAGE_NAMES.get(bytes[at + 18]!) ?? 'unknown message');
    at += Math.max(HEADER, (bytes[at + 16]! << 8) | bytes[at + 17]!);
  }
  const hex = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  return `${names.join(' ')} [${bytes.length} bytes ${hex}${bytes.length > SHOWN_BYTES ? '…' : ''}]`.trim();
};

const inputText = (recorded: unknown): string => {
  const input = recorded as Input;
  switch (input.type) {
    case 'TcpConnectionConfirmed':
      return `${input.type} ${input.connection} ${formatAddress(input.localAddress)} to ${formatAddress(input.remoteAddress)}`;
    case 'TcpConnectionFails':
      return `${input.type} ${input.connection}: ${input.because}`;
    case 'BytesReceived':
      return `${input.type} ${input.connection}: ${bytesText(input.bytes)}`;
    case 'TimerExpires':
      return `${input.timer} expires${input.connection === null ? '' : ` ${input.connection}`}`;
    case 'ManualStop':
    case 'ManualReset':
      return `${input.type}: ${input.text}`;
    default:
      return input.type;
  }
};

const effectText = (effect: Effect): string => {
  switch (effect.type) {
    case 'send':
      return `send ${effect.connection}: ${bytesText(effect.bytes)}`;
    case 'close':
      return `close ${effect.connection}`;
    case 'startTimer':
      return `start ${effect.timer}${effect.connection === null ? '' : ` ${effect.connection}`}: ${effect.ms} ms`;
    case 'stopTimer':
      return `stop ${effect.timer}${effect.connection === null ? '' : ` ${effect.connection}`}`;
    case 'refresh':
      return `refresh ${effect.family}`;
    default:
      return effect.type;
  }
};

const described = (fact: Draft | RecordedFact): string =>
  `${fact.type}: ${describeFact(fact as RecordedFact)}`;

const exact = (fact: Draft | RecordedFact | undefined): string =>
  fact === undefined ? 'nothing' : `${fact.type} ${JSON.stringify(fact.data)}`;

/** Where what came out and what was recorded part; three lines. */
export const differenceLines = ({ input, cameOut, recorded }: Difference): readonly string[] => [
  `  DIFFERS at input ${input.position}, ${formatInstant(input.at)}: ${inputText(input.input)}`,
  `    came out: ${exact(cameOut)}`,
  `    recorded: ${exact(recorded)}${recorded === undefined ? '' : ` (seq ${recorded.position})`}`,
];

/** One input, what it makes the shell do, and what is concluded. */
export const turnLines = (turn: Turn): readonly string[] => {
  const { input, effects, conclusions, thrown, difference } = turn;
  return [
    `${String(input.position).padStart(6)}  ${formatInstant(input.at)}  ${input.actor}  ${inputText(input.input)}`,
    ...effects.map((effect) => `        do ${effectText(effect)}`),
    ...conclusions.map((conclusion) => `        so ${described(conclusion)}`),
    ...(thrown === undefined ? [] : [`        threw ${thrown}`]),
    ...(difference === undefined ? [] : differenceLines(difference)),
  ];
};
