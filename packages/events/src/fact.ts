import type { Facts } from './catalogue.ts';

/** Every kind of fact, `aggregate.PastTense`. */
export type FactType = keyof Facts;

/** What led to a fact: the fact just before it, and the outside cause at the head of the chain. */
export interface Cause {
  readonly causationId: string;
  readonly correlationId: string;
}

/** What a pure step concludes. The runtime stamps it into a `NewFact`. */
export type Draft<T extends FactType = FactType> = {
  [K in T]: {
    readonly type: K;
    /** The aggregate's own name: a VIP, a peer, a node. */
    readonly of: string;
    readonly data: Facts[K];
    /** Left out: caused by the input being stepped. */
    readonly cause?: Cause;
  };
}[T];

/** A fact that is decided and not yet written. */
export type NewFact<T extends FactType = FactType> = {
  [K in T]: {
    /** UUIDv7. */
    readonly id: string;
    readonly type: K;
    /** Version of the shape of `data`. */
    readonly v: number;
    readonly subject: string;
    /** When it was decided: milliseconds since 1970, with fractions. */
    readonly at: number;
    /** Empty for the head of a chain. */
    readonly causationId: string;
    readonly correlationId: string;
    readonly data: Facts[K];
  };
}[T];

/** A fact as the log keeps it. `(writer, epoch, n)` is its identity in folding; `position` is its place here. */
export type RecordedFact<T extends FactType = FactType> = NewFact<T> & {
  /** `<node>/<service>`. */
  readonly writer: string;
  readonly epoch: number;
  /** 1, 2, 3 … within a writer and epoch. */
  readonly n: number;
  /** Chains each fact of a writer to the one before it. */
  readonly hash: Uint8Array;
  readonly position: number;
  readonly recordedAt: number;
};

/** The cause that a fact is to whatever follows from it. */
export const causeOf = (fact: Pick<NewFact, 'id' | 'correlationId'>): Cause => ({
  causationId: fact.id,
  correlationId: fact.correlationId,
});
