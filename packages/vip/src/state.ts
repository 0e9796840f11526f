import { type Book, emptyBook } from './book.ts';
import type { Conclusion, Said, Source } from './conclusion.ts';
import type { Health } from './health.ts';
import type { Effect } from './input.ts';
import type { HealthCheck } from './settings.ts';

/** The operator's standing word about a VIP: an operator's VIP is announced, a configured one may be withdrawn. */
export interface Word {
  readonly kind: 'announced' | 'withdrawn';
  readonly because: string;
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

/** All that is known. Values never change in place. */
export interface State {
  readonly vips: Book<Vip>;
  /** By `address%interface`. */
  readonly bindings: Book<Binding>;
}

/** No VIPs. */
export const emptyState = (): State => ({ vips: emptyBook(), bindings: emptyBook() });

/** A step being made. It lives no longer than the step. */
export interface Turn {
  vips: Book<Vip>;
  bindings: Book<Binding>;
  readonly effects: Effect[];
  readonly conclusions: Conclusion[];
  /** Bindings that lost a user in this step. */
  readonly released: string[];
}
