import type { PolicyRule } from '../config.ts';
import type { Draft } from '../draft.ts';
import { nearestName } from '../near-name.ts';
import { conflict, MOST_PROBLEMS, type Problem } from '../problem.ts';
import { resolveRule } from '../resolve/rule.ts';
import type { RuleEntry } from '../schema/policy.ts';
import { describe, oneOf, type Path } from '../wording.ts';
import { versionOf } from './seat.ts';

/** Half of a 4096-octet UPDATE (RFC 4271 §4.1), so that the rest of the attributes and routes fit beside. */
const MOST_COMMUNITY_OCTETS = 2048;

const unknownNames = (
  path: Path,
  names: readonly string[] | null | undefined,
  known: ReadonlySet<string>,
  kind: string,
): readonly Problem[] =>
  (names ?? []).flatMap((name, i): readonly Problem[] => {
    if (known.has(name)) return [];
    const few = known.size <= 8 ? oneOf([...known]) : '';
    const near = nearestName(name, known);
    const expected = near ?? (few === '' ? `the name of a ${kind} in this file` : few);
    const hint = near === undefined ? `expected ${expected}` : `did you mean ${near}?`;
    const text = `no ${kind} is called ${name}; ${hint}`;
    return [{ code: 'E_CONFIG_UNKNOWN_NAME', path: [...path, i], found: describe(name), expected, text }];
  });

const communityOctets = (set: RuleEntry['set']): number =>
  4 * (set?.communities?.length ?? 0) +
  8 * (set?.extendedCommunities?.length ?? 0) +
  12 * (set?.largeCommunities?.length ?? 0);

/** Communities that would not fit into an UPDATE. */
export const checkCommunities = (path: Path, written: RuleEntry['set']): readonly Problem[] => {
  const octets = communityOctets(written);
  if (octets <= MOST_COMMUNITY_OCTETS) return [];
  const reason = `the communities take ${octets} octets of an UPDATE`;
  const expected = `expected at most ${MOST_COMMUNITY_OCTETS} (512 communities of 4 octets)`;
  return [conflict(path, written, reason, expected)];
};

const setting = (path: Path, rule: PolicyRule, written: RuleEntry['set']): readonly Problem[] => {
  const problems: Problem[] = [...checkCommunities([...path, 'set'], written)];
  if (rule.action === 'reject' && written)
    problems.push(conflict([...path, 'set'], written, 'a rejected route is not sent', 'leave set out'));
  const { nextHop } = rule.set;
  if (nextHop !== null && rule.match.families?.includes(`ipv${versionOf(nextHop)}-unicast`) === false)
    problems.push(
      conflict(
        [...path, 'set', 'nextHop'],
        nextHop,
        `an IPv${versionOf(nextHop)} next hop serves IPv${versionOf(nextHop)} routes, and the rule matches none`,
        `add ipv${versionOf(nextHop)}-unicast to match.families, or give an address of the other family`,
      ),
    );
  return problems;
};

/** Names that a rule gives and the file does not know. */
const namesIn = ({ index, value }: Draft['policy'][number], names: Draft['names']): readonly Problem[] => {
  const path = ['policy', index, 'match'];
  return [
    ...unknownNames([...path, 'vips'], value.match?.vips, names.vips, 'VIP'),
    ...unknownNames([...path, 'peers'], value.match?.peers, names.peers, 'peer'),
  ];
};

/** What cannot work about the policy. */
export const checkPolicy = ({ policy, names, kubernetes }: Draft): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const entry of policy) {
    if (problems.length >= MOST_PROBLEMS) break;
    const { index, value } = entry;
    if (!kubernetes?.enabled) problems.push(...namesIn(entry, names));
    problems.push(...setting(['policy', index], resolveRule(value), value.set));
  }
  return problems;
};

/** Names that only Kubernetes can know: a Service's VIP, a BGPPeer. */
export const foreignNames = ({ policy, names, kubernetes }: Draft): readonly Problem[] =>
  kubernetes?.enabled
    ? policy.flatMap((entry) =>
        namesIn(entry, names).map((problem) => ({ ...problem, code: 'W_CONFIG_UNKNOWN_NAME' as const })),
      )
    : [];

/** Rules after one that matches everything. */
export const unreachedRules = ({ policy }: Draft): readonly Problem[] => {
  const last = policy.findIndex(({ value }) =>
    Object.values(value.match ?? {}).every((part) => part === null),
  );
  const next = policy[last + 1];
  if (last < 0 || next === undefined) return [];
  const path = ['policy', next.index];
  const reason = `never reached: policy[${policy[last]?.index}] matches everything`;
  return [{ ...conflict(path, {}, reason, 'put the narrower rule first'), code: 'W_CONFIG_UNREACHED_RULE' }];
};
