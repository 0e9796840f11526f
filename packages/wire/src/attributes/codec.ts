import type { ErrorHandling, PathAttribute, WireContext } from '../message.ts';

/** Bits of the attribute flags octet (RFC 4271 §4.3). */
export const FLAG = { optional: 0x80, transitive: 0x40, partial: 0x20, extendedLength: 0x10 } as const;

/** The flags of the four sorts of attributes (RFC 4271 §5). */
export const WELL_KNOWN: number = FLAG.transitive;
export const OPTIONAL_TRANSITIVE: number = FLAG.optional | FLAG.transitive;
export const OPTIONAL_NON_TRANSITIVE: number = FLAG.optional;

/** UPDATE Message Error subcodes (RFC 4271 §6.3). */
export const UPDATE_ERROR = {
  malformedAttributeList: 1,
  unrecognizedWellKnown: 2,
  missingWellKnown: 3,
  attributeFlags: 4,
  attributeLength: 5,
  invalidOrigin: 6,
  invalidNextHop: 8,
  optionalAttribute: 9,
  invalidNetworkField: 10,
  malformedAsPath: 11,
} as const;

/** A path attribute of this kind. */
export type AttributeOf<K extends PathAttribute['kind']> = Extract<PathAttribute, { kind: K }>;

/** What is wrong with the value of an attribute. */
export interface Fault {
  readonly kind: 'fault';
  readonly subcode: number;
  readonly message: string;
  /** When this damage is handled otherwise than the attribute's row in the table says. */
  readonly handling?: ErrorHandling;
  /** The part that could be read in spite of it: the routes that are to be withdrawn. */
  readonly salvage?: PathAttribute;
}

/** How one path attribute is read and written. Values are without flags, code and length. */
export interface AttributeCodec<A extends PathAttribute = PathAttribute> {
  readonly kind: A['kind'];
  readonly code: number;
  /** As RFCs write it, for people who read a NOTIFICATION. */
  readonly name: string;
  readonly flags: number;
  decode(value: Uint8Array, context: WireContext): A | Fault | AttributeOf<'unknown'>;
  encode(attribute: A, context: WireContext): Uint8Array;
}

/** A fault with a subcode of UPDATE Message Error. */
export const fault = (subcode: number, message: string): Fault => ({ kind: 'fault', subcode, message });

/** The value is not as long as it must be. */
export const wrongLength = (value: Uint8Array, expected: string): Fault =>
  fault(UPDATE_ERROR.attributeLength, `is ${value.length} bytes long instead of ${expected}`);

/** True unless the value is a whole number, at least one, of items of `size` bytes. */
export const isRagged = (value: Uint8Array, size: number): boolean =>
  value.length === 0 || value.length % size !== 0;
