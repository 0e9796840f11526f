/**
 * Shows a node to whoever asks over HTTP: so far, whether it lives and whether it is ready.
 *
 * In: facts about configuration and sessions from the log (`standing.ts`), and how the threads of this process do
 * (`threads.ts`). Out: text. `health.ts` says what is checked, `reply.ts` what is answered to a request, both as pure
 * functions; `server.ts` is the HTTP around them, loaded only when `lookingGlass.listen` is set, and `listening.ts`
 * keeps it where the configuration wants it. It writes no facts.
 *
 * `GET /livez`: would a new process do better? The event loop and the threads turn. Whatever is wrong outside (routers,
 * NATS, the API server, a full disk) is no reason: sessions would be lost, and nothing gained.
 *
 * `GET /readyz`: is the node as its configuration wants it, so that a rolling update may go on to the next one? At least one
 * session is Established, if there are peers at all.
 *
 * RFCs: 9110 (HTTP semantics).
 */
export { type LookingGlass, type LookingGlassOptions, startLookingGlass } from './looking-glass.ts';
