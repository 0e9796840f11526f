/**
 * For programs that build on the log of a vipcast cluster: follow its facts, ask what a router knows and why, wish for
 * something. It speaks to NATS alone and needs no journal.
 *
 * In come messages of the stream of facts: `reader.ts` reads them over a consumer of `@vipcast/nats` and comes back to its
 * place after whatever happens to connections, consumers and the stream itself, `fact.ts` opens them, and `ledger.ts`
 * lets each through once and in its writer's order. Out come facts (`following.ts`), and as a fold of all of them the
 * answers that the command gives (`state.ts`, `answers.ts`), without the nodes whose lease ran out (`presence.ts`).
 *
 * A wish (`wishes.ts`) is a request to one node, answered once it stands in that node's log or not at all.
 */
export type { Answers, Asked } from './answers.ts';
export { type Client, connect } from './client.ts';
export type { Access } from './connection.ts';
export { type Fact, isKnown, type UnknownFact } from './fact.ts';
export type { Follow, Following, FollowOptions, Notice } from './following.ts';
export type { Gap } from './ledger.ts';
export type { After, Bookmark } from './reader.ts';
export type { State, StateOptions } from './state.ts';
export type { Wanted } from './subject-filter.ts';
export type { Answered, Ask, AskDrain } from './wishes.ts';
