/**
 * Speaks BGP: one session actor per peer, all on a thread of their own.
 *
 * In: facts about configuration, VIPs, next hops and operators' resets, from the log; bytes from routers. Out:
 * UPDATEs to routers; facts about sessions and routes. The core is `@vipcast/session` and `@vipcast/rib`; here are
 * the sockets around them.
 */
export { type SpeakerThread, startSpeakerThread } from './host.ts';
export { type Speaker, type SpeakerOptions, startSpeaker } from './speaker.ts';
