import { concat, copyOf } from './bytes.ts';
import { capabilityCodecByCode, capabilityCodecByKind } from './capabilities/table.ts';
import { decoded, refused, reset } from './decode-error.ts';
import { ERROR_CODE } from './iana.ts';
import type { Capability, Decoded } from './message.ts';

const malformed = (message: string, data: Uint8Array): Decoded<Capability[]> =>
  refused(reset(ERROR_CODE.open, 0, message, data));

/**
 * Reads the capabilities in `bytes[from, end)` (RFC 5492 §4). One that came twice comes out twice.
 * @returns the capabilities, or NOTIFICATION 2/0 when one runs over the end or its value cannot be right
 */
export const decodeCapabilities = (bytes: Uint8Array, from: number, end: number): Decoded<Capability[]> => {
  const capabilities: Capability[] = [];
  let at = from;
  while (at < end) {
    const start = at;
    const next = at + 2 + bytes[at + 1]!;
    if (at + 2 > end || next > end)
      return malformed('A capability runs over the end of its parameter.', copyOf(bytes, start, end));
    at = next;
    const code = bytes[start]!;
    const codec = capabilityCodecByCode(code);
    const capability = codec?.decode(bytes.subarray(start + 2, next));
    if (!capability && codec && !codec.informative)
      return malformed(`The ${codec.kind} capability is malformed.`, copyOf(bytes, start, next));
    capabilities.push(capability ?? { kind: 'unknown', code, value: copyOf(bytes, start + 2, next) });
  }
  return decoded(capabilities);
};

const encodeCapability = (capability: Capability): Uint8Array => {
  const codec = capabilityCodecByKind(capability.kind);
  const [code, value] =
    capability.kind === 'unknown'
      ? [capability.code, capability.value]
      : [codec!.code, codec!.encode(capability)];
  if (value.length > 255) throw new RangeError(`Capability ${code} cannot hold ${value.length} bytes.`);
  return concat([Uint8Array.of(code, value.length), value]);
};

/** The capabilities one after the other. @throws RangeError when a value is longer than 255 bytes */
export const encodeCapabilities = (capabilities: readonly Capability[]): Uint8Array =>
  concat(capabilities.map(encodeCapability));
