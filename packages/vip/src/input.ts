import type { Said } from './conclusion.ts';
import type { Drain } from './drain.ts';
import type { ServiceVerdict } from './kubernetes/verdict.ts';
import type { HealthCheck, VipSettings } from './settings.ts';

/** What the journal last said of one VIP of this node. */
export type RestoredVip = Said & {
  readonly name: string;
  /** The machine was booted since: what its check had found is worth nothing any more. Default: false. */
  readonly bootedSince?: boolean;
};

/** What can happen to the VIPs of a node. */
export type Input =
  /** First of all, when there is a journal. */
  | { readonly type: 'Restored'; readonly vips: readonly RestoredVip[]; readonly drain?: Drain }
  | {
      readonly type: 'ConfigApplied';
      readonly vips: readonly VipSettings[];
      /** Whether Services are announced; left out, they may be. */
      readonly services?: boolean;
      /** Milliseconds that a node which drains is less preferred, before it withdraws. Default: 10 s. */
      readonly drainTime?: number;
    }
  | { readonly type: 'ProbeSucceeded' | 'ProbeFailed'; readonly vip: string; readonly detail: string }
  | {
      readonly type: 'OperatorAnnounce' | 'OperatorWithdraw';
      /** As the person wrote them. */
      readonly addresses: readonly string[];
      readonly by: string;
    }
  | { readonly type: 'BindSucceeded'; readonly address: string; readonly interface: string }
  | {
      readonly type: 'BindFailed';
      readonly address: string;
      readonly interface: string;
      /** Names the address and the interface. */
      readonly because: string;
    }
  /** What `stepServices` said anew. */
  | { readonly type: 'ServicesJudged'; readonly verdicts: readonly ServiceVerdict[] }
  /** The cluster was listed, and what was judged has been told: Services that nobody judged are no more. */
  | { readonly type: 'ServicesSynced' }
  | { readonly type: 'OperatorDrain' | 'OperatorUndrain'; readonly by: string }
  /** Why the Node of the cluster is to be drained; `null` when it is not. Told again, it is no news. */
  | { readonly type: 'NodeTold'; readonly drain: string | null }
  | { readonly type: 'TimerExpired'; readonly timer: 'drain' }
  | { readonly type: 'Stop' };

/** What the shell is to do. */
export type Effect =
  /** Takes the place of the probe that the VIP has. */
  | { readonly type: 'startProbe'; readonly vip: string; readonly healthCheck: HealthCheck }
  | { readonly type: 'stopProbe'; readonly vip: string }
  /** Answered by BindSucceeded or BindFailed; tried again after a failure until it succeeds or is unbound. */
  | { readonly type: 'bind'; readonly address: string; readonly interface: string }
  | { readonly type: 'unbind'; readonly address: string; readonly interface: string }
  /** Answered by TimerExpired, unless it is stopped or started again before. */
  | { readonly type: 'startTimer'; readonly timer: 'drain'; readonly ms: number }
  | { readonly type: 'stopTimer'; readonly timer: 'drain' };
