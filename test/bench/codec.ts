/**
 * How many prefixes a second the codec reads and writes on one core: host routes in full UPDATEs, the mandatory
 * attributes and two communities.
 */
import { type Family, hostPrefix, ipv4, ipv6, type Prefix, parseAddress } from '@vipcast/net';
import {
  decodeMessage,
  encodeMessage,
  frame,
  type PathAttribute,
  packAnnouncements,
  packWithdrawals,
  type WireContext,
} from '@vipcast/wire';
import { figure, judge, printTable } from './report.ts';

/** One measurement. */
interface CodecResult {
  readonly name: string;
  readonly prefixesPerSecond: number;
}

const PREFIXES = 100_000;
const ROUNDS = 15;
const WANTED = 1;
const context: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: true };
const attributes: PathAttribute[] = [
  { kind: 'origin', origin: 'igp' },
  { kind: 'as-path', segments: [{ kind: 'sequence', asns: [65000] }] },
  { kind: 'communities', communities: [0xfde80064, 0xffff0000] },
];

const routes = (family: Family): Prefix[] =>
  Array.from({ length: PREFIXES }, (_, i) =>
    hostPrefix(family === 'ipv4-unicast' ? ipv4(0x0a000000 + i) : ipv6(0x20010db8, 1, i, 1)),
  );

/** The median of some timed rounds, after as many untimed ones: the compiler needs its run-up. */
const measure = (name: string, prefixes: number, work: () => unknown): CodecResult => {
  for (let i = 0; i < ROUNDS; i++) work();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return { name, prefixesPerSecond: Math.round((prefixes / times[ROUNDS >> 1]!) * 1000) };
};

const ofFamily = (family: Family, nextHop: string): CodecResult[] => {
  const prefixes = routes(family);
  const nextHops = [parseAddress(nextHop)!];
  const announce = () =>
    packAnnouncements({ family, prefixes, attributes, nextHops, context, classic: true });
  const withdraw = () => packWithdrawals({ family, prefixes, context, classic: true });
  const messages = announce().map(({ bytes }) => bytes);
  const values = messages.map((message) => {
    const result = decodeMessage(message, context);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  });
  const stream = Uint8Array.from(messages.flatMap((message) => [...message]));
  return [
    measure(`pack announcements, ${family}`, PREFIXES, announce),
    measure(`pack withdrawals, ${family}`, PREFIXES, withdraw),
    measure(`encode messages, ${family}`, PREFIXES, () =>
      values.map((value) => encodeMessage(value, context)),
    ),
    measure(`decode messages, ${family}`, PREFIXES, () =>
      messages.map((message) => decodeMessage(message, context)),
    ),
    measure(`frame and decode, ${family}`, PREFIXES, () =>
      frame(new Uint8Array(0), stream, context.maxMessageLength).messages.map((message) =>
        decodeMessage(message, context),
      ),
    ),
  ];
};

/** One prefix a message: what a single VIP costs. */
const single = (): CodecResult[] => {
  const prefixes = routes('ipv4-unicast').slice(0, 10_000);
  const nextHops = [parseAddress('192.0.2.1')!];
  const announce = () =>
    prefixes.map(
      (prefix) =>
        packAnnouncements({
          family: 'ipv4-unicast',
          prefixes: [prefix],
          attributes,
          nextHops,
          context,
          classic: true,
        })[0]!.bytes,
    );
  const messages = announce();
  return [
    measure('pack, one prefix a message', prefixes.length, announce),
    measure('decode, one prefix a message', prefixes.length, () =>
      messages.map((message) => decodeMessage(message, context)),
    ),
  ];
};

/** Measures all of it; takes about two seconds. */
const codec = (): CodecResult[] => [
  ...ofFamily('ipv4-unicast', '192.0.2.1'),
  ...ofFamily('ipv6-unicast', '2001:db8::1'),
  ...single(),
];

/** UPDATEs to bytes and back: prefixes a second on one core. */
export const measureCodec = async (): Promise<void> => {
  const results = codec();
  printTable(
    'codec: UPDATEs on one core, million prefixes a second',
    ['work', 'M/s'],
    results.map(({ name, prefixesPerSecond }) => [name, figure(prefixesPerSecond / 1e6)]),
  );
  console.log();
  const slowest = (word: string): number =>
    Math.min(
      ...results
        .filter(({ name }) => name.includes(`${word} messages,`))
        .map(({ prefixesPerSecond }) => prefixesPerSecond / 1e6),
    );
  for (const word of ['encode', 'decode'])
    judge(`${word}, full UPDATEs`, slowest(word), 'at least', WANTED, 'M prefixes/s');
};
