import type { Namespace } from '../kubernetes/namespace.ts';
import type { ServiceSettings } from '../kubernetes/settings.ts';
import type { Claimant } from './claimant.ts';
import type { Pool } from './pool.ts';

/** What is given, and to whom. */
export interface AllocationSettings {
  /** Whose Services get addresses. */
  readonly services: ServiceSettings;
  /** In the order in which they are tried. */
  readonly pools: readonly Pool[];
  /** Addresses that no Service may be given, and whose they are: `VIP web`. */
  readonly reserved: ReadonlyMap<string, string>;
}

/** What can happen. Any number of these make one step. */
export type AllocationInput =
  | {
      readonly type: 'ServicesChanged';
      /** Services of every class and type: what they have is not free. */
      readonly set: readonly Claimant[];
      /** Keys. */
      readonly deleted: readonly string[];
    }
  | {
      readonly type: 'NamespacesChanged';
      readonly set: readonly Namespace[];
      /** Names. */
      readonly deleted: readonly string[];
    }
  | { readonly type: 'SettingsChanged'; readonly settings: AllocationSettings }
  /** Everything was listed. Nothing is given before that. */
  | { readonly type: 'Listed' };
