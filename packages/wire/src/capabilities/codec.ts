import type { Capability } from '../message.ts';

/** A capability of this kind. */
export type CapabilityOf<K extends Capability['kind']> = Extract<Capability, { kind: K }>;

/** How one capability (RFC 5492) is read and written. Values are without code and length. */
export interface CapabilityCodec<C extends Capability = Capability> {
  readonly kind: C['kind'];
  readonly code: number;
  /** The capability, or `undefined` when the value cannot be one. */
  decode(value: Uint8Array): C | undefined;
  encode(capability: C): Uint8Array;
  /** Only informs: a damaged one is kept as unknown rather than refused with the OPEN. */
  readonly informative?: boolean;
}

/** A capability that says what it says by being there. */
export const presence = <C extends Capability>(code: number, capability: C): CapabilityCodec<C> => ({
  kind: capability.kind,
  code,
  decode: (value) => (value.length === 0 ? capability : undefined),
  encode: () => new Uint8Array(0),
});
