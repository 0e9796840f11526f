import type { PolicyRule } from '../config.ts';
import type { RuleEntry } from '../schema/policy.ts';

const once = (texts: readonly string[] | null | undefined): readonly string[] => [...new Set(texts)];

/** A policy rule with its defaults; a community given twice counts once. */
export const resolveRule = ({ match, action, set }: RuleEntry): PolicyRule => ({
  match: {
    vips: match?.vips ?? null,
    peers: match?.peers ?? null,
    families: match?.families ?? null,
    prefixes: match?.prefixes ?? null,
  },
  action: action ?? 'accept',
  set: {
    communities: once(set?.communities),
    extendedCommunities: once(set?.extendedCommunities),
    largeCommunities: once(set?.largeCommunities),
    localPref: set?.localPref ?? null,
    med: set?.med ?? null,
    prepend: set?.prepend ?? 0,
    nextHop: set?.nextHop ?? null,
  },
});
