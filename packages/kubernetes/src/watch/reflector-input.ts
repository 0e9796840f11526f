import type { ApiError } from '../request/api-error.ts';
import type { Condition } from './condition.ts';
import type { ObjectProblem } from './listing.ts';
import type { Changes } from './store.ts';

/** What happens to a reflector. */
export type ReflectorInput =
  | { readonly type: 'Started' }
  | { readonly type: 'PageArrived'; readonly body: unknown }
  | { readonly type: 'ListFailed'; readonly error: ApiError }
  | { readonly type: 'WatchOpened' }
  | { readonly type: 'EventArrived'; readonly event: unknown }
  /** All lines that came together have been taken. */
  | { readonly type: 'ChunkTaken' }
  /** What came cannot be read, so something may have been missed. */
  | { readonly type: 'LineMalformed'; readonly because: string }
  | { readonly type: 'WatchFailed'; readonly error: ApiError }
  /** In good order, by the server. */
  | { readonly type: 'WatchEnded' }
  | { readonly type: 'SilenceExpired' }
  | { readonly type: 'PauseExpired' };

/** Changes that belong together, and how they came to be known. */
export interface Batch<T> extends Changes<T> {
  /**
   * `list`: the first, everything there is, told even when that is nothing. `relist`: what a later list showed to have
   * changed unseen. `watch`: as it happened.
   */
  readonly cause: 'list' | 'relist' | 'watch';
}

/** What a reflector wants done. */
export type ReflectorEffect<T> =
  | { readonly type: 'list'; readonly limit: number; readonly continue: string }
  | { readonly type: 'watch'; readonly resourceVersion: string; readonly seconds: number }
  | { readonly type: 'closeWatch' }
  | { readonly type: 'startPause'; readonly ms: number }
  | { readonly type: 'startSilence'; readonly ms: number }
  | { readonly type: 'stopSilence' }
  | { readonly type: 'deliver'; readonly batch: Batch<T> }
  | { readonly type: 'tell'; readonly condition: Condition }
  | { readonly type: 'report'; readonly problem: ObjectProblem };
