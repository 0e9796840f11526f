import type { Address, Family, Prefix } from '@vipcast/net';
import { codeOf, encodeAttributes } from './attribute-list.ts';
import { FLAG } from './attributes/codec.ts';
import { encodeMpReachHead, mpReach } from './attributes/mp-reach.ts';
import { encodeMpUnreachHead, mpUnreach } from './attributes/mp-unreach.ts';
import { writeU16 } from './bytes.ts';
import { withFourOctetAs } from './four-octet-as.ts';
import { HEADER_LENGTH, newMessage } from './header.ts';
import { MESSAGE_TYPE } from './iana.ts';
import type { PathAttribute, WireContext } from './message.ts';
import { prefixSize, writePrefixes } from './prefixes.ts';

/** One UPDATE on its way out, and how many of the prefixes, in their order, it carries. */
export interface PackedUpdate {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** What to announce: routes that share a family, their attributes and their next hop. */
export interface Announcements {
  readonly family: Family;
  readonly prefixes: readonly Prefix[];
  /** Without NEXT_HOP and MP_REACH_NLRI: those are made here. */
  readonly attributes: readonly PathAttribute[];
  /** One address, or a global one followed by a link-local one. */
  readonly nextHops: readonly Address[];
  readonly context: WireContext;
  /** IPv4 routes with one IPv4 next hop travel as RFC 4271 has it, not in MP_REACH_NLRI. Default: false. */
  readonly classic?: boolean;
}

/** What to withdraw. */
export interface Withdrawals {
  readonly family: Family;
  readonly prefixes: readonly Prefix[];
  readonly context: WireContext;
  /** IPv4 routes are withdrawn as RFC 4271 has it, not in MP_UNREACH_NLRI. Default: false. */
  readonly classic?: boolean;
}

/** The bytes around a run of prefixes. */
interface Envelope {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Writes into the finished message the lengths that depend on the run, `size` bytes long. */
  readonly seal: (message: Uint8Array, size: number) => void;
}

const NOTHING = new Uint8Array(0);
const BODY = HEADER_LENGTH;

/** Fills message after message: as many prefixes each as there is room for. */
const pack = (
  prefixes: readonly Prefix[],
  { before, after, seal }: Envelope,
  limit: number,
): PackedUpdate[] => {
  const room = limit - HEADER_LENGTH - before.length - after.length;
  const updates: PackedUpdate[] = [];
  for (let first = 0; first < prefixes.length; ) {
    let last = first;
    let size = 0;
    for (; last < prefixes.length; last++) {
      const more = size + prefixSize(prefixes[last]!);
      if (more > room) break;
      size = more;
    }
    if (last === first) throw new RangeError(`The attributes leave no room for a prefix in ${limit} bytes.`);
    const length = HEADER_LENGTH + before.length + size + after.length;
    const bytes = newMessage(MESSAGE_TYPE.update, length, limit);
    bytes.set(before, BODY);
    bytes.set(after, writePrefixes(bytes, BODY + before.length, prefixes, first, last));
    seal(bytes, size);
    updates.push({ bytes, count: last - first });
    first = last;
  }
  return updates;
};

/** Room in front of the prefixes for both length fields and an attribute with a two-byte length. */
const multiprotocolHead = (code: number, flags: number, head: Uint8Array): Uint8Array => {
  const before = new Uint8Array(8 + head.length);
  before[4] = flags | FLAG.extendedLength;
  before[5] = code;
  before.set(head, 8);
  return before;
};

/** Prefixes inside the first attribute, where RFC 7606 §5.1 wants them; the other attributes follow. */
const multiprotocol = (code: number, flags: number, head: Uint8Array, after: Uint8Array): Envelope => ({
  before: multiprotocolHead(code, flags, head),
  after,
  seal(message, size) {
    writeU16(message, BODY + 2, 4 + head.length + size + after.length);
    writeU16(message, BODY + 6, head.length + size);
  },
});

const classicAnnouncement = (attributes: Uint8Array): Envelope => {
  const before = new Uint8Array(4 + attributes.length);
  writeU16(before, 2, attributes.length);
  before.set(attributes, 4);
  return { before, after: NOTHING, seal: () => {} };
};

const CLASSIC_WITHDRAWAL: Envelope = {
  before: new Uint8Array(2),
  after: new Uint8Array(2),
  seal: (message, size) => writeU16(message, BODY, size),
};

/** In ascending order of type code, as RFC 4271 §5 would have them. */
const encodeSorted = (attributes: readonly PathAttribute[], context: WireContext): Uint8Array =>
  encodeAttributes(
    [...withFourOctetAs(attributes, context.fourOctetAs)].sort((a, b) => codeOf(a) - codeOf(b)),
    context,
  );

/**
 * Announces routes in as few UPDATEs as hold them, each filled to the peer's limit. The attributes are written once.
 * @throws RangeError when the attributes are so large that not one prefix fits beside them
 */
export const packAnnouncements = (announcements: Announcements): PackedUpdate[] => {
  const { family, prefixes, attributes, nextHops, context, classic } = announcements;
  const [address] = nextHops;
  if (!address) throw new RangeError('An announcement needs a next hop.');
  if (classic && family === 'ipv4-unicast' && address.version === 4) {
    const block = encodeSorted([...attributes, { kind: 'next-hop', address }], context);
    return pack(prefixes, classicAnnouncement(block), context.maxMessageLength);
  }
  const head = encodeMpReachHead(family, nextHops);
  const envelope = multiprotocol(mpReach.code, mpReach.flags, head, encodeSorted(attributes, context));
  return pack(prefixes, envelope, context.maxMessageLength);
};

/** Withdraws routes in as few UPDATEs as hold them, each filled to the peer's limit. */
export const packWithdrawals = ({ family, prefixes, context, classic }: Withdrawals): PackedUpdate[] => {
  const envelope =
    classic && family === 'ipv4-unicast'
      ? CLASSIC_WITHDRAWAL
      : multiprotocol(mpUnreach.code, mpUnreach.flags, encodeMpUnreachHead(family), NOTHING);
  return pack(prefixes, envelope, context.maxMessageLength);
};
