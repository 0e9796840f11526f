import { FAMILIES, type Family, type Prefix } from '@vipcast/net';
import {
  type AttributeList,
  decodeAttributes,
  encodeAttributeHead,
  encodeAttributes,
} from './attribute-list.ts';
import { asPath } from './attributes/as-path.ts';
import { UPDATE_ERROR } from './attributes/codec.ts';
import { mpReach } from './attributes/mp-reach.ts';
import { encodeMpUnreachHead, mpUnreach } from './attributes/mp-unreach.ts';
import { nextHop } from './attributes/next-hop.ts';
import { origin } from './attributes/origin.ts';
import { readU16, writeU16 } from './bytes.ts';
import { decoded, refused, reset, strongest } from './decode-error.ts';
import { mergeFourOctetAs, withFourOctetAs } from './four-octet-as.ts';
import { HEADER_LENGTH, MAX_MESSAGE_LENGTH, messageError, newMessage } from './header.ts';
import { ERROR_CODE, MESSAGE_TYPE } from './iana.ts';
import type { Decoded, DecodeError, PathAttribute, Update, WireContext } from './message.ts';
import { decodePrefixes, prefixesSize, writePrefixes } from './prefixes.ts';

/** Header and the two length fields: the shortest UPDATE there is. */
export const UPDATE_OVERHEAD: number = HEADER_LENGTH + 4;

const missing = (list: AttributeList, announced: readonly Prefix[]): DecodeError[] => {
  if (announced.length === 0 && list.times[mpReach.code] === 0) return [];
  const mandatory = announced.length === 0 ? [origin, asPath] : [origin, asPath, nextHop];
  return mandatory
    .filter(({ code }) => list.times[code] === 0)
    .map(({ code, name }) => ({
      code: ERROR_CODE.update,
      subcode: UPDATE_ERROR.missingWellKnown,
      data: Uint8Array.of(code),
      handling: 'treat-as-withdraw',
      message: `${name} is missing.`,
    }));
};

const routesOf = (attributes: readonly PathAttribute[], family: Family): Prefix[] =>
  attributes.flatMap((attribute) =>
    (attribute.kind === 'mp-reach' || attribute.kind === 'mp-unreach') && attribute.family === family
      ? attribute.prefixes
      : [],
  );

/** Withdrawals of everything the attributes speak of (RFC 7606 §2, "treat-as-withdraw"). */
const withdrawalsOf = (attributes: readonly PathAttribute[]): PathAttribute[] =>
  FAMILIES.map(
    (family) => ({ kind: 'mp-unreach', family, prefixes: routesOf(attributes, family) }) as const,
  ).filter(({ prefixes }) => prefixes.length > 0);

const malformed = (subcode: number, message: string): Decoded<Update> =>
  refused(reset(ERROR_CODE.update, subcode, message));

/**
 * Reads an UPDATE, header included (RFC 4271 §4.3, §6.3; RFC 7606).
 *
 * Damage that can be survived comes back as a value: the attribute is left out, or everything announced is withdrawn
 * (IPv4 in `withdrawn`, MP_REACH_NLRI as `mp-unreach`), and `errors` says why. Damage that cannot is an error whose
 * `handling` is `session-reset`, or `afi-safi-disable` when only the routes of one family were hit; RFC 7606 §7.11
 * lets a session answer the latter with a reset too.
 */
export const decodeUpdate = (message: Uint8Array, context: WireContext): Decoded<Update> => {
  const header = messageError(message, context.maxMessageLength);
  if (header) return refused(header);
  const withdrawnEnd = HEADER_LENGTH + 2 + readU16(message, HEADER_LENGTH);
  if (withdrawnEnd + 2 > message.length)
    return malformed(UPDATE_ERROR.malformedAttributeList, 'The withdrawn routes run over the end.');
  const attributesEnd = withdrawnEnd + 2 + readU16(message, withdrawnEnd);
  if (attributesEnd > message.length)
    return malformed(UPDATE_ERROR.malformedAttributeList, 'The path attributes run over the end.');
  const withdrawn = decodePrefixes(message, HEADER_LENGTH + 2, withdrawnEnd, 4);
  const announced = decodePrefixes(message, attributesEnd, message.length, 4);
  if (!withdrawn || !announced)
    return malformed(UPDATE_ERROR.invalidNetworkField, 'A prefix is too long or runs over the end.');

  const list = decodeAttributes(message, withdrawnEnd + 2, attributesEnd, context);
  const errors = [...list.errors, ...missing(list, announced)];
  const worst = strongest(errors);
  if (worst?.handling === 'session-reset' || worst?.handling === 'afi-safi-disable') return refused(worst);
  if (worst?.handling === 'treat-as-withdraw') {
    // With nothing announced there is nothing to withdraw, and the routes may be in what could not be read (§5.2).
    if (announced.length === 0 && list.times[mpReach.code] === 0)
      return refused({ ...worst, handling: 'session-reset' });
    return decoded({
      type: 'update',
      withdrawn: [...withdrawn, ...announced],
      attributes: withdrawalsOf(list.attributes),
      announced: [],
      errors,
    });
  }
  const attributes = context.fourOctetAs ? list.attributes : mergeFourOctetAs(list.attributes);
  return decoded({ type: 'update', withdrawn, attributes, announced, errors });
};

/**
 * Writes one UPDATE, its attributes in the order given; `errors` are not written. For a peer with two-octet AS
 * numbers AS4_PATH and AS4_AGGREGATOR are added as needed (RFC 6793).
 * @throws RangeError when it does not fit into one message: use `packAnnouncements` and `packWithdrawals`
 */
export const encodeUpdate = (update: Update, context: WireContext): Uint8Array => {
  const attributes = encodeAttributes(withFourOctetAs(update.attributes, context.fourOctetAs), context);
  const withdrawnSize = prefixesSize(update.withdrawn);
  const length = UPDATE_OVERHEAD + withdrawnSize + attributes.length + prefixesSize(update.announced);
  const message = newMessage(MESSAGE_TYPE.update, length, context.maxMessageLength);
  writeU16(message, HEADER_LENGTH, withdrawnSize);
  const at = writePrefixes(message, HEADER_LENGTH + 2, update.withdrawn);
  writeU16(message, at, attributes.length);
  message.set(attributes, at + 2);
  writePrefixes(message, at + 2 + attributes.length, update.announced);
  return message;
};

/**
 * The UPDATE that says all routes of a family have been sent (RFC 4724 §2): empty for IPv4 unicast, for others an
 * MP_UNREACH_NLRI without routes.
 */
export const encodeEndOfRib = (family: Family): Uint8Array => {
  if (family === 'ipv4-unicast') return newMessage(MESSAGE_TYPE.update, UPDATE_OVERHEAD, MAX_MESSAGE_LENGTH);
  const value = encodeMpUnreachHead(family);
  const head = encodeAttributeHead(mpUnreach.flags, mpUnreach.code, value.length);
  const size = head.length + value.length;
  const message = newMessage(MESSAGE_TYPE.update, UPDATE_OVERHEAD + size, MAX_MESSAGE_LENGTH);
  writeU16(message, HEADER_LENGTH + 2, size);
  message.set(head, UPDATE_OVERHEAD);
  message.set(value, UPDATE_OVERHEAD + head.length);
  return message;
};
