import type { Family } from '@vipcast/net';
import type { PolicySet, PoolConfig } from '../config.ts';
import type { Code } from '../problem.ts';
import type { PeerEntry } from '../schema/peer.ts';
import type { Path } from '../wording.ts';
import type { LabelSelector } from './label-selector.ts';

/** Group and version of all resources. */
export const API_VERSION = 'vipcast.io/v1alpha1';

/** What is understood under that version. All are cluster-scoped: peers and pools belong to nodes and networks. */
export const KINDS = ['BGPPeer', 'BGPAdvertisement', 'VIPPool'] as const;

/** One of the kinds. */
export type ResourceKind = (typeof KINDS)[number];

/** What the API server says of an object. */
export interface ResourceMetadata {
  readonly name: string;
  /** Counts changes of the specification; `null` in a manifest. */
  readonly generation: number | null;
  /** RFC 3339; `null` in a manifest. */
  readonly createdAt: string | null;
}

/** A session for the nodes that it selects. */
export interface PeerResource extends ResourceMetadata {
  readonly kind: 'BGPPeer';
  /** As the file would have it, before anything is inherited; the password is not in it. */
  readonly peer: PeerEntry;
  readonly passwordSecret: { readonly name: string; readonly key: string } | null;
  readonly nodeSelector: LabelSelector | null;
}

/** Which VIPs go to which peers, and with which attributes; `null` does not narrow. */
export interface AdvertisementResource extends ResourceMetadata {
  readonly kind: 'BGPAdvertisement';
  readonly serviceSelector: LabelSelector | null;
  readonly namespaces: readonly string[] | null;
  readonly namespaceSelector: LabelSelector | null;
  readonly pools: readonly string[] | null;
  readonly nodeSelector: LabelSelector | null;
  readonly peers: readonly string[] | null;
  readonly families: readonly Family[] | null;
  readonly priority: number;
  readonly set: PolicySet;
}

/** Addresses for Services. */
export interface PoolResource extends ResourceMetadata, PoolConfig {
  readonly kind: 'VIPPool';
}

/** A resource, checked by itself. */
export type Resource = PeerResource | AdvertisementResource | PoolResource;

/** What is meant by a finding or condition. */
export interface ResourceReference {
  /** Of `KINDS`, or whatever stands there. */
  readonly kind: string;
  readonly name: string;
}

/** Something wrong, or doubtful, in a resource. */
export interface ResourceFinding extends ResourceReference {
  readonly path: Path;
  /** `spec.peerASN`. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  /** `spec.peerASN: found …`, one whole sentence. */
  readonly message: string;
  readonly code: Code;
}

/** An object of the API as it was read. */
export type ReadResource =
  | { readonly ok: true; readonly resource: Resource }
  | ({
      readonly ok: false;
      readonly findings: readonly ResourceFinding[];
    } & ResourceReference &
      Pick<ResourceMetadata, 'generation'>);
