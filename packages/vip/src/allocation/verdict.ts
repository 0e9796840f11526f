import type { AllocatedReason, RefusedReason } from './reasons.ts';

/** How a Service stands. `because` is for people. */
export type AllocationVerdict = {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  /** Those that it has, or is being given. */
  readonly addresses: readonly string[];
  readonly because: string;
} & (
  | { readonly refused: false; readonly reason: AllocatedReason }
  | { readonly refused: true; readonly reason: RefusedReason }
);

/** What shall stand in the status of a Service. */
export interface Assignment {
  readonly key: string;
  readonly uid: string;
  /** The version of the Service that this was decided on: on another one it is decided again. */
  readonly resourceVersion: string;
  readonly addresses: readonly string[];
  /** All of `status.loadBalancer.ingress`. */
  readonly ingress: readonly unknown[];
}

/** True when both lists have the same addresses, in whatever order. */
export const sameAddresses = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((address) => b.includes(address));

/** True when there is nothing new in `a`. */
export const sameAllocation = (a: AllocationVerdict, b: AllocationVerdict | undefined): boolean =>
  b !== undefined &&
  a.reason === b.reason &&
  a.uid === b.uid &&
  a.because === b.because &&
  sameAddresses(a.addresses, b.addresses);
