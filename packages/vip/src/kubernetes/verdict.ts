import type { ServiceAdvertiseReason, ServiceWithholdReason } from './reasons.ts';

/** An address of a VIP that is not advertised with the others, or not for the same reason. */
export interface LeftOutAddress {
  /** In quotes when it is no address. */
  readonly address: string;
  readonly reason: ServiceWithholdReason;
  readonly because: string;
}

/** Whether this node advertises the VIP of a Service, and why or why not. `because` is for people. */
export type ServiceVerdict = {
  /** `namespace/name`. */
  readonly vip: string;
  /** `Service namespace/name`. */
  readonly object: string;
  /** Of the Service; empty when it is not known any more. */
  readonly uid: string;
  /** Those that are advertised; of a VIP that is not, those that it is not advertised with for this reason. */
  readonly addresses: readonly string[];
  readonly leftOut: readonly LeftOutAddress[];
  /** Names of the advertisements that select it; `null` when advertisements are not in use. */
  readonly advertisements: readonly string[] | null;
  readonly because: string;
} & (
  | { readonly advertised: true; readonly reason: ServiceAdvertiseReason }
  | {
      readonly advertised: false;
      readonly reason: ServiceWithholdReason;
      /** True when there is no VIP any more. */
      readonly ended: boolean;
    }
);

const sameList = <Item>(
  a: readonly Item[] | null,
  b: readonly Item[] | null,
  same: (a: Item, b: Item) => boolean,
): boolean =>
  a === b ||
  (a !== null && b !== null && a.length === b.length && a.every((item, i) => same(item, b[i] as Item)));

const sameText = (a: string, b: string): boolean => a === b;

/** True when there is nothing new in `a`. `because` alone is no news. */
export const sameVerdict = (a: ServiceVerdict, b: ServiceVerdict | undefined): boolean =>
  b !== undefined &&
  a.reason === b.reason &&
  a.uid === b.uid &&
  sameList(a.addresses, b.addresses, sameText) &&
  sameList(a.advertisements, b.advertisements, sameText) &&
  sameList(
    a.leftOut,
    b.leftOut,
    (one, other) => one.address === other.address && one.reason === other.reason,
  );

/** The addresses that a verdict advertises. */
export const advertisedBy = (verdict: ServiceVerdict | undefined): readonly string[] =>
  verdict?.advertised ? verdict.addresses : [];
