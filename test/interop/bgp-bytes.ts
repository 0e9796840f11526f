/** How many prefixes an UPDATE announces and withdraws. */
export interface UpdateCount {
  readonly announced: { readonly ipv4: number; readonly ipv6: number };
  readonly withdrawn: { readonly ipv4: number; readonly ipv6: number };
}

/** What an OPEN of the receiver says. */
export interface OpenContent {
  readonly localASN: number;
  readonly routerId: string;
  readonly holdTime?: number;
  readonly extendedNextHop?: boolean;
}

const HEADER = 19;
const AS_TRANS = 23456;
const MP_REACH = 14;
const MP_UNREACH = 15;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const two = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
const four = (value: number): number[] => [...two(value >>> 16), ...two(value)];

const message = (type: number, body: readonly number[]): Uint8Array =>
  Uint8Array.from([...Array<number>(16).fill(0xff), ...two(HEADER + body.length), type, ...body]);

/** An OPEN with both unicast families, route refresh and four-octet AS numbers (RFC 4271 §4.2, 5492, 4760, 6793). */
export const openMessage = (content: OpenContent): Uint8Array => {
  const { localASN, routerId, holdTime = 90, extendedNextHop = false } = content;
  const capabilities = [
    [1, 4, 0, 1, 0, 1],
    [1, 4, 0, 2, 0, 1],
    [2, 0],
    [65, 4, ...four(localASN)],
    extendedNextHop ? [5, 6, 0, 1, 0, 1, 0, 2] : [],
  ].flat();
  return message(1, [
    4,
    ...two(localASN > 0xffff ? AS_TRANS : localASN),
    ...two(holdTime),
    ...routerId.split('.').map(Number),
    capabilities.length + 2,
    2,
    capabilities.length,
    ...capabilities,
  ]);
};

/** A NOTIFICATION (RFC 4271 §4.5). */
export const notificationMessage = (
  code: number,
  subcode: number,
  data: readonly number[] = [],
): Uint8Array => message(3, [code, subcode, ...data]);

/** A splitter of a byte stream into whole messages, headers included; it keeps the unfinished rest. */
export const messages = (): ((chunk: Uint8Array) => readonly Uint8Array[]) => {
  let rest: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const found: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER) {
      const length = u16(bytes, at + 16);
      if (length < HEADER) throw new Error(`message length ${length}`);
      if (bytes.length - at < length) break;
      found.push(bytes.slice(at, at + length));
      at += length;
    }
    rest = bytes.slice(at);
    return found;
  };
};

/** Prefixes between two offsets: a length in bits, then as many bytes as hold it. */
const countPrefixes = (bytes: Uint8Array, from: number, to: number): number => {
  let count = 0;
  for (let at = from; at < to; at += 1 + ((bytes[at]! + 7) >> 3)) count += 1;
  return count;
};

/** Counts the prefixes of an UPDATE, header included (RFC 4271 §4.3, RFC 4760 §3 and §4). */
export const countUpdate = (bytes: Uint8Array): UpdateCount => {
  const announced = { ipv4: 0, ipv6: 0 };
  const withdrawn = { ipv4: 0, ipv6: 0 };
  const attributes = HEADER + 2 + u16(bytes, HEADER);
  withdrawn.ipv4 += countPrefixes(bytes, HEADER + 2, attributes);
  const nlri = attributes + 2 + u16(bytes, attributes);
  announced.ipv4 += countPrefixes(bytes, nlri, bytes.length);
  for (let at = attributes + 2; at < nlri; ) {
    const extended = (bytes[at]! & 0x10) !== 0;
    const type = bytes[at + 1];
    const value = at + (extended ? 4 : 3);
    const end = value + (extended ? u16(bytes, at + 2) : bytes[at + 2]!);
    const family = u16(bytes, value) === 2 ? 'ipv6' : 'ipv4';
    if (type === MP_REACH) announced[family] += countPrefixes(bytes, value + 5 + bytes[value + 3]!, end);
    if (type === MP_UNREACH) withdrawn[family] += countPrefixes(bytes, value + 3, end);
    at = end;
  }
  return { announced, withdrawn };
};
