/**
 * The session with one BGP peer: the finite state machine of RFC 4271 §8 as a pure function, from the first dial to
 * the last NOTIFICATION. It stops where routes begin: what to announce is the RIB's, how bytes look is the wire's.
 *
 * Data in. `step(session, input)` takes one input: an operator's word, the fate of a TCP connection, received
 * bytes, or a timer that expired. Time and randomness come with it. Data out: the next session, effects for the
 * shell (dial, send, close, start a timer) in order, and conclusions for the log. A session is plain data and is
 * never changed.
 *
 * Parts. A peer has two connections, `outgoing` and `incoming`, each a run of one machine (machine.ts, states/,
 * written in the words of vocabulary.ts). The machine has no context and is never running: xstate's pure
 * `transition` says where an event leads and which actions that takes, and actions.ts says what an action means.
 * hearing.ts turns bytes into events, and answers what is frequent in Established without the machine. What
 * concerns both connections stands outside the machine: collision.ts decides which of two goes, supervision.ts
 * which one works, and closed.ts how long a failure keeps us from dialling. open.ts and negotiation.ts are OPEN:
 * what we say, what we accept, what follows. received.ts counts what the peer announces and keeps nothing else of
 * it.
 *
 * Choices the RFC leaves open. DelayOpen is not there. DampPeerOscillations is: after a failure, or a session
 * shorter than its hold time, IdleHoldTimer waits 1 s, doubling up to 60 s, before the next dial, while the peer
 * may still dial us. A refused dial goes to Active and is tried again after at most 1 s, then every
 * ConnectRetryTimer. OPEN is awaited for 240 s. A NOTIFICATION is never answered. Every timer except HoldTimer,
 * SendHoldTimer and ClosingTimer is jittered by 0.75 to 1 (§10).
 *
 * A peer that says KEEPALIVE and never reads is ended by SendHoldTimer (RFC 9687), which runs only while the shell
 * reports that something waits to be sent, so that a message that goes out costs nothing.
 *
 * RFCs: 4271 (BGP-4), 6286 (identifiers), 5492 (capabilities), 4760 (multiprotocol), 6793 (four-octet AS), 8950
 * (IPv6 next hops for IPv4), 8654 (extended messages), 2918 and 7313 (route refresh), 4486, 6608 and 9003
 * (NOTIFICATION), 7606 (errors), 9687 (send hold timer).
 */
export { MOST_RECEIVED } from './received.ts';
export { createSession, type Run, type Session, stateOf } from './session.ts';
export { type Step, step } from './step.ts';
export type {
  Conclusion,
  Connection,
  Effect,
  Endpoints,
  Input,
  Negotiated,
  SessionSettings,
  State,
  Timer,
} from './types.ts';
