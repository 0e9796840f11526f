import type { ClusterNode } from './cluster-node.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { Namespace } from './namespace.ts';
import type { Advertisement } from './selector.ts';
import type { Service } from './service.ts';
import type { ServiceSettings } from './settings.ts';

/**
 * How the API server told: in the first list, in a list after the watch was lost, or as one event of a watch. Only an
 * event says that something was changed or deleted; in a list it may be missing for reasons of the server's own.
 */
export type Told = 'list' | 'relist' | 'watch';

/** What can happen in the cluster. Any number of these make one step. */
export type ServicesInput =
  | {
      readonly type: 'ServicesChanged';
      readonly told: Told;
      readonly set: readonly Service[];
      /** Keys. */
      readonly deleted: readonly string[];
    }
  | {
      readonly type: 'SlicesChanged';
      readonly told: Told;
      readonly set: readonly EndpointSlice[];
      /** Keys. */
      readonly deleted: readonly string[];
    }
  /** The Node of this daemon; `null` when there is none. */
  | { readonly type: 'NodeChanged'; readonly told: Told; readonly node: ClusterNode | null }
  /** All that may concern this node; `null` when advertisements are not in use, and every Service is announced. */
  | {
      readonly type: 'AdvertisementsChanged';
      readonly told: Told;
      readonly advertisements: readonly Advertisement[] | null;
    }
  /** Needed only where advertisements have a namespaceSelector; to be told before these are. */
  | {
      readonly type: 'NamespacesChanged';
      readonly told: Told;
      readonly set: readonly Namespace[];
      /** Names. */
      readonly deleted: readonly string[];
    }
  | { readonly type: 'SettingsChanged'; readonly settings: ServiceSettings }
  /**
   * Everything was listed: Services, slices and the Node. Nothing is judged before the first of these; each later one
   * confirms, or does not, what is held.
   */
  | { readonly type: 'Listed' };
