/**
 * What everybody needs who reads a cluster's stream of facts from NATS: a node's replication, and the client library.
 *
 * `connectTo` (`connection.ts`) lets us in with what `credentials.ts` finds in a file, knows servers by their addresses
 * too, and says what is wrong when nobody lets us in. `openConsumer` (`consumer.ts`) takes in messages in order and
 * without gaps, and tells when the server was last heard of: to come back is up to its caller, who knows the place.
 * `envelope.ts` makes a message of a fact, and a fact of a message; `headers.ts` finds what it asks for in the bytes.
 *
 * CloudEvents 1.0.2 and its NATS protocol binding; RFC 3339 (times); RFC 1952 (large bodies).
 */
export { type Connected, connectTo, type NatsAccess } from './connection.ts';
export { type Consumer, type Delivered, openConsumer } from './consumer.ts';
export { envelopeOf, factOf, type PackedFact, placeOf } from './envelope.ts';
export { headersOf } from './headers.ts';
