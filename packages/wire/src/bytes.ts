/** The unsigned 16-bit number at `at`, in network order. */
export const readU16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** The signed 32-bit number at `at`, in network order; signed so that V8 keeps it a small integer. */
export const readI32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** The unsigned 32-bit number at `at`, in network order. */
export const readU32 = (bytes: Uint8Array, at: number): number => readI32(bytes, at) >>> 0;

/** What `read` finds at every `size` bytes; the length must be a multiple of `size`. */
export const readItems = <T>(
  bytes: Uint8Array,
  size: number,
  read: (bytes: Uint8Array, at: number) => T,
): T[] => {
  const items: T[] = [];
  for (let at = 0; at < bytes.length; at += size) items.push(read(bytes, at));
  return items;
};

/** Writes the low 16 bits of `value` at `at`. */
export const writeU16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
};

/** Writes the low 32 bits of `value` at `at`. */
export const writeU32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
};

/** Each number as four bytes. */
export const bytesOfU32 = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  for (let i = 0; i < values.length; i++) writeU32(bytes, i * 4, values[i]!);
  return bytes;
};

/** Each number as two bytes. */
export const bytesOfU16 = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i++) writeU16(bytes, i * 2, values[i]!);
  return bytes;
};

/** One fresh array with all the parts in order. */
export const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** A plain copy of `bytes[from, to)`. `slice` will not do: on a Buffer it is a view of memory shared with others. */
export const copyOf = (bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array =>
  new Uint8Array(bytes.subarray(from, to));
