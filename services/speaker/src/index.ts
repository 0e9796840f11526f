/**
 * Speaks BGP: one session actor per peer, all on a thread of their own.
 *
 * In: facts about configuration, VIPs, next hops and operators' resets, from the log; bytes from routers. Out:
 * UPDATEs to routers; facts about sessions and routes. The core is `@vipcast/session` and `@vipcast/rib`; here are
 * the sockets around them. What happens to a session goes to the flight recorder as well, and with the mappings between
 * the core's values and facts it can be done again without a network (`vipcast replay`).
 */
export { routeDraft, sessionDraft } from './facts.ts';
export { type SpeakerThread, startSpeakerThread } from './host.ts';
export { createPastNextHops, type NextHopFact, type PastNextHops } from './past-next-hops.ts';
export { peerSession } from './peer-session.ts';
export type { RecordedSessionInput, SessionCreated } from './session-created.ts';
export { policyOf } from './settings.ts';
export { type Speaker, type SpeakerOptions, startSpeaker } from './speaker.ts';
export { addresses, vipChange } from './vip-change.ts';
