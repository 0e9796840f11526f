const HEADER = 19;
const HOST_LENGTH = 32;
const HOST_BYTES = 5;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const addresses = (bytes: Uint8Array, from: number, to: number): string[] => {
  const found: string[] = [];
  for (let at = from; at < to; at += HOST_BYTES) {
    if (bytes[at] !== HOST_LENGTH) throw new Error(`not a host route: /${bytes[at]}`);
    found.push(bytes.subarray(at + 1, at + HOST_BYTES).join('.'));
  }
  return found;
};

/** The IPv4 host routes of an UPDATE in its oldest form, header included (RFC 4271 §4.3). */
export const readHostRoutes = (
  bytes: Uint8Array,
): { readonly withdrawn: readonly string[]; readonly announced: readonly string[] } => {
  const attributes = HEADER + 2 + u16(bytes, HEADER);
  const nlri = attributes + 2 + u16(bytes, attributes);
  return {
    withdrawn: addresses(bytes, HEADER + 2, attributes),
    announced: addresses(bytes, nlri, bytes.length),
  };
};
