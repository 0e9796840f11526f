import type { Connection, Negotiated, State } from './types.ts';

/** How long our own connection may wait for the peer's OPEN and still count as one that will get it. */
export const FRESH = 10_000;

/** The connection an acceptable OPEN came in on, and how the other direction stands at that moment. */
export interface Encounter {
  readonly connection: Connection;
  readonly negotiated: Negotiated;
  readonly rival: State;
  /** Milliseconds the rival has been in that state. */
  readonly rivalAge: number;
}

/**
 * Which direction RFC 4271 §6.8 favours: dialled by the higher identifier or, if equal, AS number (RFC 6286 §2.3).
 */
const favourite = ({ localRouterId, peerRouterId, localASN, peerASN }: Negotiated): Connection => {
  const byId = (localRouterId.w0 >>> 0) - (peerRouterId.w0 >>> 0);
  return (byId || localASN - peerASN) > 0 ? 'outgoing' : 'incoming';
};

/**
 * Connection collision (RFC 4271 §6.8): which of two connections has to go, if any, now that an OPEN has come.
 *
 * An Established session is never dropped for a newer connection. A rival in OpenConfirm is measured by
 * identifiers. A rival in OpenSent may be too, since the OPEN just told the peer's identifier, and then both sides
 * come to the same answer before either is Established: with the RFC's plain rule the one may be Established on the
 * connection that the other is just dropping, and both are lost. That holds only for a favourite that is sure to go
 * on: we dialled it ourselves, not long ago, so that the peer will read our OPEN there. One the peer dialled may
 * have been given up by now; it is not waited for.
 */
export const loserOf = ({ connection, negotiated, rival, rivalAge }: Encounter): Connection | null => {
  const other: Connection = connection === 'outgoing' ? 'incoming' : 'outgoing';
  if (rival === 'Established') return connection;
  if (rival !== 'OpenConfirm' && rival !== 'OpenSent') return null;
  if (favourite(negotiated) === connection) return other;
  if (rival === 'OpenConfirm') return connection;
  return other === 'outgoing' && rivalAge < FRESH ? connection : null;
};
