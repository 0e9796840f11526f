import type { Said } from './conclusion.ts';
import type { HealthCheck, VipSettings } from './settings.ts';

/** What the journal last said of one VIP of this node. */
export type RestoredVip = Said & { readonly name: string };

/** What can happen to the VIPs of a node. */
export type Input =
  /** First of all, when there is a journal. */
  | { readonly type: 'Restored'; readonly vips: readonly RestoredVip[] }
  | { readonly type: 'ConfigApplied'; readonly vips: readonly VipSettings[] }
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
  | { readonly type: 'Stop' };

/** What the shell is to do. */
export type Effect =
  /** Takes the place of the probe that the VIP has. */
  | { readonly type: 'startProbe'; readonly vip: string; readonly healthCheck: HealthCheck }
  | { readonly type: 'stopProbe'; readonly vip: string }
  /** Answered by BindSucceeded or BindFailed; tried again after a failure until it succeeds or is unbound. */
  | { readonly type: 'bind'; readonly address: string; readonly interface: string }
  | { readonly type: 'unbind'; readonly address: string; readonly interface: string };
