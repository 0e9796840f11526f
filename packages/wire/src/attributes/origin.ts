import type { Origin } from '../message.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  UPDATE_ERROR,
  WELL_KNOWN,
  wrongLength,
} from './codec.ts';

const ORIGINS: readonly Origin[] = ['igp', 'egp', 'incomplete'];

/** ORIGIN (RFC 4271 §5.1.1): one byte, 0..2. */
export const origin: AttributeCodec<AttributeOf<'origin'>> = {
  kind: 'origin',
  code: 1,
  name: 'ORIGIN',
  flags: WELL_KNOWN,
  decode(value) {
    if (value.length !== 1) return wrongLength(value, '1');
    const name = ORIGINS[value[0]!];
    return name
      ? { kind: 'origin', origin: name }
      : fault(UPDATE_ERROR.invalidOrigin, `has the undefined value ${value[0]}`);
  },
  encode: (attribute) => Uint8Array.of(ORIGINS.indexOf(attribute.origin)),
};
