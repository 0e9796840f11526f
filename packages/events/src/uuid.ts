const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A UUIDv7 (RFC 9562 §5.7).
 * @param at milliseconds since 1970
 * @param random at least 10 bytes of randomness
 */
export const uuidv7 = (at: number, random: Uint8Array): string => {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  const hex = (i: number): string => HEX[random[i] ?? 0] as string;
  const version = HEX[0x70 | ((random[0] ?? 0) & 0x0f)] as string;
  const variant = HEX[0x80 | ((random[2] ?? 0) & 0x3f)] as string;
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1)}-${variant}${hex(3)}-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
};
