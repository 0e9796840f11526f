import type { LabelSelector, Labels } from '../kubernetes/selector.ts';
import { type AddressRange, selecting } from '../kubernetes/selector.ts';

/** Addresses for Services; `null` does not narrow. */
export interface Pool {
  readonly name: string;
  /** Every address from the first to the last can be given, also the first and the last of a prefix. */
  readonly ranges: readonly AddressRange[];
  /** Also for Services that do not ask for this pool. */
  readonly autoAssign: boolean;
  readonly namespaces: readonly string[] | null;
  readonly namespaceSelector: LabelSelector | null;
  readonly serviceSelector: LabelSelector | null;
  readonly sharing: 'never' | 'by-key';
}

/** True when a pool is for such Services. */
export const admits = (
  pool: Pool,
  service: { readonly namespace: string; readonly labels: Labels },
  namespaceLabels: Labels | undefined,
): boolean => {
  const { name, namespaces, namespaceSelector, serviceSelector } = pool;
  const selector = { name, namespaces, namespaceSelector, serviceSelector, addresses: null };
  return selecting([selector], service, namespaceLabels).length > 0;
};

/** Pools in a sentence. */
export const poolNames = (pools: readonly Pick<Pool, 'name'>[]): string =>
  `VIPPool ${pools.map(({ name }) => name).join(', ')}`;
