import { type AttributeCodec, type AttributeOf, WELL_KNOWN, wrongLength } from './codec.ts';

/** ATOMIC_AGGREGATE (RFC 4271 §5.1.6): says what it says by being there. */
export const atomicAggregate: AttributeCodec<AttributeOf<'atomic-aggregate'>> = {
  kind: 'atomic-aggregate',
  code: 6,
  name: 'ATOMIC_AGGREGATE',
  flags: WELL_KNOWN,
  decode: (value) => (value.length === 0 ? { kind: 'atomic-aggregate' } : wrongLength(value, '0')),
  encode: () => new Uint8Array(0),
};
