import { bytesOfU32, readU32 } from '../bytes.ts';
import { type AttributeCodec, type AttributeOf, WELL_KNOWN, wrongLength } from './codec.ts';

/** LOCAL_PREF (RFC 4271 §5.1.5): higher is better; within one AS only. */
export const localPref: AttributeCodec<AttributeOf<'local-pref'>> = {
  kind: 'local-pref',
  code: 5,
  name: 'LOCAL_PREF',
  flags: WELL_KNOWN,
  decode: (value) =>
    value.length === 4 ? { kind: 'local-pref', localPref: readU32(value, 0) } : wrongLength(value, '4'),
  encode: (attribute) => bytesOfU32(attribute.localPref),
};
