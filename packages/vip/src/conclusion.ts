/** Where a VIP comes from: the configuration, or a person's word. */
export type Source = 'static' | 'operator';

export type AdvertiseReason = 'configured' | 'healthy' | 'operator-announced';
export type WithholdReason =
  | 'health-unknown'
  | 'unhealthy'
  | 'operator-withdrew'
  | 'bind-failed'
  | 'removed-from-config';

/** Whether a VIP may be advertised, and why or why not. `because` is for people. */
export type Verdict = { readonly because: string } & (
  | { readonly advertised: true; readonly reason: AdvertiseReason }
  | { readonly advertised: false; readonly reason: WithholdReason }
);

/** The verdict that was last concluded about a VIP, and the addresses it was about. */
export type Said = Verdict & { readonly addresses: readonly string[]; readonly source: Source };

interface About {
  readonly vip: string;
  readonly addresses: readonly string[];
  readonly source: Source;
  readonly because: string;
}

/** What a step concludes. `Withheld` is for a VIP that was not advertised before either. */
export type Conclusion =
  | ({ readonly type: 'Advertised'; readonly reason: AdvertiseReason } & About)
  | ({ readonly type: 'Withdrawn'; readonly reason: Exclude<WithholdReason, 'health-unknown'> } & About)
  | ({ readonly type: 'Withheld'; readonly reason: WithholdReason } & About)
  /** An operator's wish that cannot be granted, or a part of it. */
  | { readonly type: 'Refused'; readonly because: string };

/** What to conclude about a VIP, given what was said of it before. */
export const conclude = (vip: string, said: Said, before: Said | null): Conclusion => {
  const { addresses, source, because } = said;
  const about = { vip, addresses, source, because };
  if (said.advertised) return { type: 'Advertised', ...about, reason: said.reason };
  // Health becomes unknown only where nothing is advertised, so this order hides no withdrawal.
  return before?.advertised && said.reason !== 'health-unknown'
    ? { type: 'Withdrawn', ...about, reason: said.reason }
    : { type: 'Withheld', ...about, reason: said.reason };
};
