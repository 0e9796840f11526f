import type { DrainWish } from './drain.ts';
import type { ServiceAdvertiseReason, ServiceWithholdReason } from './kubernetes/reasons.ts';

/** Where a VIP comes from: the configuration, a person's word, or a Service of the cluster. */
export type Source = 'static' | 'operator' | 'kubernetes';

/** `draining`: less preferred from now on (RFC 8326), and withdrawn soon. */
export type AdvertiseReason =
  | 'configured'
  | 'healthy'
  | 'operator-announced'
  | 'draining'
  | ServiceAdvertiseReason;

/** `not-synced`: the cluster has not been heard since the restart, and the VIP was not advertised before. */
export type WithholdReason =
  | 'health-unknown'
  | 'unhealthy'
  | 'operator-withdrew'
  | 'bind-failed'
  | 'removed-from-config'
  | 'drained'
  | 'not-synced'
  | ServiceWithholdReason;

/** Whether a VIP may be advertised, and why or why not. `because` is for people. */
export type Verdict = { readonly because: string } & (
  | { readonly advertised: true; readonly reason: AdvertiseReason }
  | { readonly advertised: false; readonly reason: WithholdReason }
);

/** An address of a VIP that a conclusion is not about, and why not. */
export interface LeftOut {
  readonly address: string;
  /** Usually a `WithholdReason`; from the journal, whatever some release said. */
  readonly reason: string;
  readonly because: string;
}

interface About {
  readonly addresses: readonly string[];
  readonly source: Source;
  /** The object that the VIP comes from, as Kubernetes names it. */
  readonly object?: string | undefined;
  /** Names of the advertisements that select it; left out when these are not in use. */
  readonly advertisements?: readonly string[] | undefined;
  /** Left out when empty. */
  readonly leftOut?: readonly LeftOut[] | undefined;
}

/** The verdict that was last concluded about a VIP, and the addresses it was about. */
export type Said = Verdict & About;

type AboutVip = About & { readonly vip: string; readonly because: string };

/** What a step concludes. `Withheld` is for a VIP that was not advertised before either. */
export type Conclusion =
  | ({ readonly type: 'Advertised'; readonly reason: AdvertiseReason } & AboutVip)
  | ({ readonly type: 'Withdrawn'; readonly reason: Exclude<WithholdReason, 'health-unknown'> } & AboutVip)
  | ({ readonly type: 'Withheld'; readonly reason: WithholdReason } & AboutVip)
  /** About the node; `wishes` are those that stand. */
  | {
      readonly type: 'DrainStarted' | 'Drained' | 'Undrained';
      readonly because: string;
      readonly wishes: readonly DrainWish[];
    }
  /** An operator's wish that cannot be granted, or a part of it. */
  | { readonly type: 'Refused'; readonly because: string };

/** What to conclude about a VIP, given what was said of it before. */
export const conclude = (vip: string, said: Said, before: Said | null): Conclusion => {
  const { advertised: _, reason: __, ...rest } = said;
  const about = { vip, ...rest };
  if (said.advertised) return { type: 'Advertised', ...about, reason: said.reason };
  // Health becomes unknown only where nothing is advertised, so this order hides no withdrawal.
  return before?.advertised && said.reason !== 'health-unknown'
    ? { type: 'Withdrawn', ...about, reason: said.reason }
    : { type: 'Withheld', ...about, reason: said.reason };
};
