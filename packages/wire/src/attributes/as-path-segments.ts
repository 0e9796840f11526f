import { readU16, readU32, writeU16, writeU32 } from '../bytes.ts';
import { AS_TRANS } from '../iana.ts';
import type { AsPathSegment } from '../message.ts';

const KINDS: readonly (AsPathSegment['kind'] | undefined)[] = [
  undefined,
  'set',
  'sequence',
  'confed-sequence',
  'confed-set',
];
const MOST_IN_SEGMENT = 255;

/** Why these bytes are no list of AS_PATH segments. */
export interface BadSegments {
  readonly message: string;
}

/**
 * Reads AS_PATH segments (RFC 4271 §4.3, RFC 5065 §3) with AS numbers of `size` bytes.
 * @returns the segments, or what is wrong: unknown type, empty or truncated segment, AS 0 (RFC 7607)
 */
export const decodeSegments = (value: Uint8Array, size: 2 | 4): AsPathSegment[] | BadSegments => {
  const segments: AsPathSegment[] = [];
  let at = 0;
  while (at < value.length) {
    const kind = KINDS[value[at]!];
    const count = value[at + 1];
    if (!kind) return { message: `has a segment of the unknown type ${value[at]}` };
    if (count === undefined || at + 2 + count * size > value.length)
      return { message: 'has a segment that runs over its end' };
    if (count === 0) return { message: 'has an empty segment' };
    at += 2;
    const asns: number[] = [];
    for (let i = 0; i < count; i++, at += size)
      asns.push(size === 4 ? readU32(value, at) : readU16(value, at));
    if (asns.includes(0)) return { message: 'contains AS 0' };
    segments.push({ kind, asns });
  }
  return segments;
};

/** The segments with those of more than 255 AS numbers cut up: the count is one byte. */
const cut = (segments: readonly AsPathSegment[]): AsPathSegment[] =>
  segments.flatMap(({ kind, asns }) =>
    Array.from({ length: Math.ceil(asns.length / MOST_IN_SEGMENT) }, (_, i) => ({
      kind,
      asns: asns.slice(i * MOST_IN_SEGMENT, (i + 1) * MOST_IN_SEGMENT),
    })),
  );

/** Writes segments; with two-byte AS numbers, one that does not fit becomes AS_TRANS. */
export const encodeSegments = (segments: readonly AsPathSegment[], size: 2 | 4): Uint8Array => {
  const parts = cut(segments);
  const bytes = new Uint8Array(parts.reduce((sum, { asns }) => sum + 2 + asns.length * size, 0));
  let at = 0;
  for (const { kind, asns } of parts) {
    bytes[at++] = KINDS.indexOf(kind);
    bytes[at++] = asns.length;
    for (const asn of asns) {
      if (size === 4) writeU32(bytes, at, asn);
      else writeU16(bytes, at, asn > 0xffff ? AS_TRANS : asn);
      at += size;
    }
  }
  return bytes;
};
