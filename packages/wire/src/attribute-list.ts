import { FLAG, OPTIONAL_TRANSITIVE, UPDATE_ERROR } from './attributes/codec.ts';
import { mpReach } from './attributes/mp-reach.ts';
import { mpUnreach } from './attributes/mp-unreach.ts';
import { codecOf, ruleOf } from './attributes/table.ts';
import { concat, copyOf, readU16 } from './bytes.ts';
import { ERROR_CODE } from './iana.ts';
import type { DecodeError, ErrorHandling, PathAttribute, WireContext } from './message.ts';

/** Path attributes as they came, and what was wrong with them. */
export interface AttributeList {
  readonly attributes: readonly PathAttribute[];
  readonly errors: readonly DecodeError[];
  /** By attribute type code: how often it came, damaged or not; 2 stands for more. */
  readonly times: Uint8Array;
}

const MEANT = FLAG.optional | FLAG.transitive | FLAG.partial;

/** Only an optional transitive attribute may be partial (RFC 4271 §4.3). */
const flagsFit = (flags: number, expected: number): boolean =>
  (flags & (expected === OPTIONAL_TRANSITIVE ? OPTIONAL_TRANSITIVE : MEANT)) === expected;

const isMultiprotocol = (code: number): boolean => code === mpReach.code || code === mpUnreach.code;

/**
 * Reads the path attributes in `bytes[from, end)`, applying RFC 7606 to each. Stops at the first error that ends the
 * session, and where the list itself is broken.
 */
export const decodeAttributes = (
  bytes: Uint8Array,
  from: number,
  end: number,
  context: WireContext,
): AttributeList => {
  const attributes: PathAttribute[] = [];
  const errors: DecodeError[] = [];
  const times = new Uint8Array(256);
  let at = from;
  while (at < end) {
    const start = at;
    const flags = bytes[at]!;
    const code = bytes[at + 1]!;
    const wide = (flags & FLAG.extendedLength) !== 0;
    const valueAt = at + (wide ? 4 : 3);
    const error = (subcode: number, handling: ErrorHandling, message: string) =>
      errors.push({ code: ERROR_CODE.update, subcode, data: copyOf(bytes, start, at), handling, message });
    at = end;
    if (valueAt > end) {
      error(UPDATE_ERROR.malformedAttributeList, 'treat-as-withdraw', 'The attributes end in stray bytes.');
      break;
    }
    const next = valueAt + (wide ? readU16(bytes, start + 2) : bytes[start + 2]!);
    if (next > end) {
      error(UPDATE_ERROR.attributeLength, 'treat-as-withdraw', `Attribute ${code} runs over the end.`);
      break;
    }
    at = next;

    if (times[code]! > 0) {
      if (times[code] === 1) {
        const handling = isMultiprotocol(code) ? 'session-reset' : 'attribute-discard';
        error(UPDATE_ERROR.malformedAttributeList, handling, `Attribute ${code} comes more than once.`);
        if (handling === 'session-reset') break;
      }
      times[code] = 2;
      continue;
    }
    times[code] = 1;

    const rule = ruleOf(code);
    if (!rule) {
      if ((flags & FLAG.optional) === 0) {
        const message = `Attribute ${code} claims to be well-known, but is not.`;
        error(UPDATE_ERROR.unrecognizedWellKnown, 'session-reset', message);
        break;
      }
      if ((flags & FLAG.transitive) !== 0)
        attributes.push({ kind: 'unknown', flags: flags & MEANT, code, value: copyOf(bytes, valueAt, next) });
      continue;
    }

    const { codec, badFlags, damaged, wanted } = rule;
    if (!flagsFit(flags, codec.flags)) {
      error(UPDATE_ERROR.attributeFlags, badFlags, `${codec.name} has the flags 0x${flags.toString(16)}.`);
      if (badFlags === 'attribute-discard') continue;
    }
    if (!wanted(context)) {
      error(
        UPDATE_ERROR.optionalAttribute,
        'attribute-discard',
        `${codec.name} is not for this kind of peer.`,
      );
      continue;
    }
    const attribute = codec.decode(bytes.subarray(valueAt, next), context);
    if (attribute.kind === 'fault') {
      error(attribute.subcode, attribute.handling ?? damaged, `${codec.name} ${attribute.message}.`);
      if (attribute.salvage) attributes.push(attribute.salvage);
    } else if (attribute.kind !== 'unknown' || isMultiprotocol(code)) {
      attributes.push(attribute);
    } else if ((flags & FLAG.transitive) !== 0) {
      attributes.push({ ...attribute, flags: flags & MEANT });
    }
  }
  return { attributes, errors, times };
};

/** Passing on what one does not understand must be owned up to (RFC 4271 §5). */
const unknownFlags = (flags: number): number =>
  (flags & OPTIONAL_TRANSITIVE) === OPTIONAL_TRANSITIVE ? flags | FLAG.partial : flags;

/** Flags, type code and length of an attribute whose value is `length` bytes long. */
export const encodeAttributeHead = (flags: number, code: number, length: number): Uint8Array =>
  length > 255
    ? Uint8Array.of(flags | FLAG.extendedLength, code, length >>> 8, length)
    : Uint8Array.of(flags, code, length);

const encodeAttribute = (attribute: PathAttribute, context: WireContext): Uint8Array => {
  if (attribute.kind === 'unknown') {
    const { flags, code, value } = attribute;
    return concat([encodeAttributeHead(unknownFlags(flags & MEANT), code, value.length), value]);
  }
  const codec = codecOf(attribute.kind)!;
  const value = codec.encode(attribute, context);
  return concat([encodeAttributeHead(codec.flags, codec.code, value.length), value]);
};

/** The attributes in the order given, one after the other. */
export const encodeAttributes = (attributes: readonly PathAttribute[], context: WireContext): Uint8Array =>
  concat(attributes.map((attribute) => encodeAttribute(attribute, context)));

/** The type code of an attribute. */
export const codeOf = (attribute: PathAttribute): number =>
  attribute.kind === 'unknown' ? attribute.code : codecOf(attribute.kind)!.code;
