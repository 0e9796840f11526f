/** Widths in bytes of the two fields that open a TLV. */
export interface TlvLayout {
  readonly type: 1 | 2;
  readonly length: 1 | 2;
  /** The length counts these two fields as well. */
  readonly inclusive?: boolean;
}

const read = (bytes: Uint8Array, at: number, width: number): number =>
  width === 1 ? bytes[at]! : (bytes[at]! << 8) | bytes[at + 1]!;

/**
 * True when `bytes` is filled exactly by one or more TLVs, each of which `accepts`. A TLV that claims more than is
 * left, or that would not move forward, makes it false.
 */
export const isTlvList = (
  bytes: Uint8Array,
  layout: TlvLayout,
  accepts: (type: number, value: Uint8Array) => boolean = () => true,
): boolean => {
  const fields = layout.type + layout.length;
  let at = 0;
  while (at < bytes.length) {
    if (at + fields > bytes.length) return false;
    const stated = read(bytes, at + layout.type, layout.length);
    const end = at + stated + (layout.inclusive ? 0 : fields);
    if (end < at + fields || end > bytes.length) return false;
    if (!accepts(read(bytes, at, layout.type), bytes.subarray(at + fields, end))) return false;
    at = end;
  }
  return bytes.length > 0;
};
