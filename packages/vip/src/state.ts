import { type Book, type Draft, emptyBook } from './book.ts';
import type { Conclusion, Said, Source } from './conclusion.ts';
import { type Drain, NO_DRAIN } from './drain.ts';
import type { Health } from './health.ts';
import type { Effect } from './input.ts';
import type { ServiceVerdict } from './kubernetes/verdict.ts';
import type { HealthCheck } from './settings.ts';

/** The operator's standing word about a VIP: an operator's VIP is announced, any other may be withdrawn. */
export interface Word {
  readonly kind: 'announced' | 'withdrawn';
  readonly because: string;
}

/** The Service that a VIP comes from. */
export interface ServiceOrigin {
  readonly object: string;
  readonly advertisements: readonly string[] | null;
  /** `null` from a restart until the cluster is heard. */
  readonly verdict: ServiceVerdict | null;
}

/** One VIP. */
export interface Vip {
  readonly name: string;
  readonly source: Source;
  readonly addresses: readonly string[];
  readonly healthCheck: HealthCheck | null;
  readonly bind: string | null;
  readonly word: Word | null;
  readonly health: Health;
  /** The last conclusion; `null` when there is none that still stands. */
  readonly said: Said | null;
  /** Keys of the bindings that it uses. */
  readonly holds: readonly string[];
  /** `null` for one that comes from elsewhere. */
  readonly service: ServiceOrigin | null;
}

/** An address on an interface, and the VIPs that use it. */
export interface Binding {
  readonly address: string;
  readonly interface: string;
  readonly status: 'pending' | 'bound' | 'failed';
  /** Why it failed. */
  readonly because: string;
  readonly users: readonly string[];
}

/** Milliseconds that a node which drains is less preferred, where nothing is set. */
const DRAIN_TIME = 10_000;

/** All that is known. Values never change in place. */
export interface State {
  readonly vips: Book<Vip>;
  /** By `address%interface`. */
  readonly bindings: Book<Binding>;
  /** Address ⇒ names of the VIPs that have it. */
  readonly holders: Book<readonly string[]>;
  readonly drain: Drain;
  /** Milliseconds. */
  readonly drainTime: number;
}

/** No VIPs. */
export const emptyState = (): State => ({
  vips: emptyBook(),
  bindings: emptyBook(),
  holders: emptyBook(),
  drain: NO_DRAIN,
  drainTime: DRAIN_TIME,
});

/** A step being made. It lives no longer than the step. */
export interface Turn {
  readonly before: State;
  vips: Draft<Vip>;
  bindings: Draft<Binding>;
  holders: Draft<readonly string[]>;
  drain: Drain;
  drainTime: number;
  readonly effects: Effect[];
  readonly conclusions: Conclusion[];
  /** Bindings that lost a user in this step. */
  readonly released: string[];
  /** Addresses that a VIP of the configuration or of an operator took or gave up in this step. */
  readonly moved: Set<string>;
}

/** What a step writes in, of a state that stays as it is. */
export const edited = ({ vips, bindings, holders, drain, drainTime }: State) => ({
  vips: vips.edit(),
  bindings: bindings.edit(),
  holders: holders.edit(),
  drain,
  drainTime,
});
