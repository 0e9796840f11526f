import { addressToBytes, equalAddresses, FAMILIES, type Family } from '@vipcast/net';
import {
  AFI,
  AS_TRANS,
  afiSafiOf,
  type Capability,
  type DecodeError,
  ERROR_CODE,
  familyOfAfiSafi,
  type Open,
  SAFI,
} from '@vipcast/wire';
import type { SessionSettings } from './types.ts';

const VERSION = 4;

type CapabilityOf<K extends Capability['kind']> = Extract<Capability, { kind: K }>;

/** The capabilities of one kind that an OPEN carries. */
export const capabilitiesOf = <K extends Capability['kind']>(open: Open, kind: K): CapabilityOf<K>[] =>
  open.capabilities.filter((each): each is CapabilityOf<K> => each.kind === kind);

/** The AS number of whoever sent this OPEN (RFC 6793). */
export const asnOf = (open: Open): number => capabilitiesOf(open, 'four-octet-as')[0]?.asn ?? open.asn;

/** The families an OPEN offers: without Multiprotocol capabilities IPv4 unicast (RFC 4760 §8). */
export const familiesOf = (open: Open): readonly Family[] => {
  const offered = capabilitiesOf(open, 'multiprotocol');
  if (offered.length === 0) return ['ipv4-unicast'];
  return FAMILIES.filter((family) => offered.some(({ afi, safi }) => familyOfAfiSafi(afi, safi) === family));
};

/**
 * The OPEN we send (RFC 4271 §4.2) with all that vipcast can do: RFC 4760, 2918, 7313, 8950, 8654, 6793 and FQDN.
 * That IPv4 routes may have IPv6 next hops is offered whenever there may be IPv4 routes.
 */
export const openOf = (settings: SessionSettings): Open => {
  const { localASN, families, hostName } = settings;
  const entries = [{ ...afiSafiOf('ipv4-unicast'), nextHopAfi: AFI.ipv6 }];
  return {
    type: 'open',
    version: VERSION,
    asn: localASN > 0xffff ? AS_TRANS : localASN,
    holdTime: settings.holdTime,
    routerId: settings.routerId,
    capabilities: [
      ...families.map((family) => ({ kind: 'multiprotocol', ...afiSafiOf(family) }) as const),
      { kind: 'route-refresh' },
      { kind: 'enhanced-route-refresh' },
      ...(families.includes('ipv4-unicast') ? [{ kind: 'extended-next-hop', entries } as const] : []),
      { kind: 'extended-message' },
      { kind: 'four-octet-as', asn: localASN },
      ...(hostName === '' ? [] : [{ kind: 'fqdn', hostName, domainName: '' } as const]),
    ],
  };
};

const bad = (subcode: number, message: string, data: Uint8Array): DecodeError => ({
  code: ERROR_CODE.open,
  subcode,
  data,
  handling: 'session-reset',
  message,
});

const fourBytes = (word: number): Uint8Array =>
  Uint8Array.of(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);

/** RFC 6793: the two-octet field holds the number itself, or AS_TRANS in place of it. */
const isAsnConsistent = (open: Open): boolean => {
  const [capability] = capabilitiesOf(open, 'four-octet-as');
  if (asnOf(open) === AS_TRANS) return false;
  return capability === undefined || open.asn === AS_TRANS || open.asn === capability.asn;
};

const expected = ({ peerASN, localASN }: SessionSettings): string => {
  if (peerASN === 'internal') return `${localASN}`;
  return peerASN === 'external' ? `any but ${localASN}` : `${peerASN}`;
};

const isExpectedAsn = ({ peerASN, localASN }: SessionSettings, asn: number): boolean => {
  if (peerASN === 'external') return asn !== localASN;
  return asn === (peerASN === 'internal' ? localASN : peerASN);
};

const multiprotocolData = (families: readonly Family[]): Uint8Array =>
  Uint8Array.from(families.flatMap((family) => [1, 4, 0, afiSafiOf(family).afi, 0, SAFI.unicast]));

/**
 * Judges what only the session can (RFC 4271 §6.2): the peer's AS (2/2, data: the number it gave), its identifier
 * (2/3: RFC 6286 §2.2 lets it be ours on external sessions), a common family (2/7, data: the Multiprotocol
 * capabilities we asked for, RFC 5492 §5).
 */
export const openError = (open: Open, settings: SessionSettings): DecodeError | undefined => {
  const asn = asnOf(open);
  if (!isAsnConsistent(open))
    return bad(2, `The peer's OPEN says AS ${open.asn} and its capability AS ${asn}.`, fourBytes(asn));
  if (!isExpectedAsn(settings, asn))
    return bad(2, `The peer is in AS ${asn}, configured is ${expected(settings)}.`, fourBytes(asn));
  if (asn === settings.localASN && equalAddresses(open.routerId, settings.routerId))
    return bad(3, 'The internal peer has our own router id.', addressToBytes(open.routerId));
  const theirs = familiesOf(open);
  if (!settings.families.some((family) => theirs.includes(family)))
    return bad(7, 'The peer offers none of the configured families.', multiprotocolData(settings.families));
  return undefined;
};
