/** What a router would know of a prefix: its path attributes by type code, each value in hex. */
export type Route = ReadonlyMap<number, string>;

/** Prefixes in text, each with its attributes. */
export type RouteTable = ReadonlyMap<string, Route>;

const HEADER = 19;
const MP_REACH = 14;
const MP_UNREACH = 15;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const ipv6Text = (octets: Uint8Array): string => {
  const groups = Array.from({ length: 8 }, (_, i) => u16(octets, 2 * i).toString(16)).join(':');
  return URL.parse(`http://[${groups}]/`)!.hostname.slice(1, -1);
};

const prefixes = (bytes: Uint8Array, ipv6: boolean): readonly string[] => {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at]!;
    const octets = new Uint8Array(ipv6 ? 16 : 4);
    const end = at + 1 + ((length + 7) >> 3);
    octets.set(bytes.subarray(at + 1, end));
    found.push(`${ipv6 ? ipv6Text(octets) : octets.join('.')}/${length}`);
    at = end;
  }
  return found;
};

const readUpdate = (bytes: Uint8Array) => {
  const attributesAt = HEADER + 2 + u16(bytes, HEADER);
  const nlri = attributesAt + 2 + u16(bytes, attributesAt);
  const route = new Map<number, string>();
  const withdrawn = [...prefixes(bytes.subarray(HEADER + 2, attributesAt), false)];
  const announced = [...prefixes(bytes.subarray(nlri), false)];
  for (let at = attributesAt + 2; at < nlri; ) {
    const extended = (bytes[at]! & 0x10) !== 0;
    const start = at + (extended ? 4 : 3);
    const end = start + (extended ? u16(bytes, at + 2) : bytes[at + 2]!);
    const value = bytes.subarray(start, end);
    const type = bytes[at + 1]!;
    if (type === MP_UNREACH) withdrawn.push(...prefixes(value.subarray(3), value[1] === 2));
    else if (type === MP_REACH) announced.push(...prefixes(value.subarray(5 + value[3]!), value[1] === 2));
    else route.set(type, Buffer.from(value).toString('hex'));
    at = end;
  }
  return { announced, withdrawn, route };
};

/** What UPDATEs, headers included, add up to (RFC 4271 §4.3, RFC 4760 §3 and §4). */
export const routeTable = (updates: readonly { readonly bytes: Uint8Array }[]): RouteTable => {
  const table = new Map<string, Route>();
  for (const { bytes } of updates) {
    const { announced, withdrawn, route } = readUpdate(bytes);
    for (const prefix of withdrawn) table.delete(prefix);
    for (const prefix of announced) table.set(prefix, route);
  }
  return table;
};

/** Every prefix that any of the UPDATEs withdraws. */
export const withdrawals = (updates: readonly { readonly bytes: Uint8Array }[]): readonly string[] =>
  updates.flatMap(({ bytes }) => readUpdate(bytes).withdrawn);

/** The prefixes of a table, sorted. */
export const known = (updates: readonly { readonly bytes: Uint8Array }[]): readonly string[] =>
  [...routeTable(updates).keys()].sort();
