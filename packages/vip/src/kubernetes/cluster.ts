import { type Book, emptyBook } from '../book.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { Advertisement, Labels } from './selector.ts';
import type { Service } from './service.ts';
import type { ServiceSettings } from './settings.ts';

/** The slices of one Service, by key. */
export type Slices = ReadonlyMap<string, EndpointSlice>;

/** What judging reads. A state and a step being made from it both have this. */
export interface Cluster {
  readonly settings: ServiceSettings;
  readonly node: ClusterNode | null;
  readonly advertisements: readonly Advertisement[] | null;
  /** The labels of namespaces, as far as they are known. */
  readonly namespaces: { get(name: string): Labels | undefined };
  readonly services: { get(key: string): Service | undefined };
  /** By the key of the Service. */
  readonly slices: { get(service: string): Slices | undefined };
  /** Address ⇒ keys of the Services that lay claim to it. */
  readonly claims: { get(address: string): readonly string[] | undefined };
}

/** What is known of the cluster. Values never change in place. */
export interface ClusterState extends Cluster {
  readonly namespaces: Book<Labels>;
  readonly services: Book<Service>;
  readonly slices: Book<Slices>;
  /** Key of a slice ⇒ key of its Service. */
  readonly owners: Book<string>;
  readonly claims: Book<readonly string[]>;
}

/** Nothing is known. */
export const emptyCluster = (settings: ServiceSettings): ClusterState => ({
  settings,
  node: null,
  advertisements: null,
  namespaces: emptyBook(),
  services: emptyBook(),
  slices: emptyBook(),
  owners: emptyBook(),
  claims: emptyBook(),
});
