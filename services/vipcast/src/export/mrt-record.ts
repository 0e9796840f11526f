import { type Address, addressToBytes } from '@vipcast/net';

/** The two ends of a session, as MRT names them. */
export interface Parties {
  readonly peerASN: number;
  readonly localASN: number;
  readonly peerAddress: Address;
  readonly localAddress: Address;
}

/** RFC 6396 §4.5: as §4.4, with microseconds. */
const BGP4MP_ET = 17;
/** RFC 6396 §4.4.3 and §4.4.4. */
const SUBTYPE = { messageAs4: 4, stateChangeAs4: 5 } as const;
/** Seconds, type, subtype, length (RFC 6396 §2), and microseconds (§3). */
const HEADER = 16;
/** Both AS numbers, interface index, address family. */
const ENDS = 12;

const FSM_STATES = {
  Idle: 1,
  Connect: 2,
  Active: 3,
  OpenSent: 4,
  OpenConfirm: 5,
  Established: 6,
  // Ours alone: what is left of a session while its NOTIFICATION goes out.
  Closing: 1,
} as const;

/** A state of a session, in the words of RFC 4271. */
export type SessionState = keyof typeof FSM_STATES;

/** One record. `at` is in milliseconds since 1970, kept to the microsecond. */
const record = (at: number, subtype: number, parties: Parties, content: Uint8Array): Uint8Array => {
  const { peerASN, localASN, peerAddress, localAddress } = parties;
  const addresses = [addressToBytes(peerAddress), addressToBytes(localAddress)];
  const size = addresses.reduce((sum, { length }) => sum + length, ENDS + content.length);
  const bytes = new Uint8Array(HEADER + size);
  const view = new DataView(bytes.buffer);
  const microseconds = Math.round(at * 1000);
  view.setUint32(0, Math.floor(microseconds / 1e6));
  view.setUint16(4, BGP4MP_ET);
  view.setUint16(6, subtype);
  // The length counts the microseconds (§3).
  view.setUint32(8, size + 4);
  view.setUint32(12, microseconds % 1e6);
  view.setUint32(16, peerASN);
  view.setUint32(20, localASN);
  view.setUint16(26, peerAddress.version === 4 ? 1 : 2);
  let end = HEADER + ENDS;
  for (const part of [...addresses, content]) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
};

/** A BGP message of a session whose AS numbers have four octets (BGP4MP_MESSAGE_AS4). */
export const messageRecord = (at: number, parties: Parties, message: Uint8Array): Uint8Array =>
  record(at, SUBTYPE.messageAs4, parties, message);

/** A session that went from one state to another (BGP4MP_STATE_CHANGE_AS4). */
export const stateRecord = (at: number, parties: Parties, from: SessionState, to: SessionState): Uint8Array =>
  record(at, SUBTYPE.stateChangeAs4, parties, Uint8Array.of(0, FSM_STATES[from], 0, FSM_STATES[to]));
