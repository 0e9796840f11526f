import type { PolicyRule } from '../config.ts';
import type { Change } from './change.ts';
import type { Plan } from './plan.ts';

interface Numbered {
  readonly index: number;
  readonly key: string;
  readonly rule: PolicyRule;
}

/** Rules with an identity: their content, and which of several equal ones. */
const numbered = (rules: readonly PolicyRule[]): readonly Numbered[] => {
  const times = new Map<string, number>();
  return rules.map((rule, index) => {
    const content = JSON.stringify(rule);
    const nth = times.get(content) ?? 0;
    times.set(content, nth + 1);
    return { index, key: `${nth} ${content}`, rule };
  });
};

const about = ({ match }: PolicyRule): string => {
  const parts = Object.values(match).flatMap((names) => (names === null ? [] : [names.join(' or ')]));
  return parts.length === 0 ? 'everything' : parts.join(', ');
};

const whole = ({ index, rule }: Numbered): Change => ({
  kind: 'policy',
  name: `policy[${index}]`,
  fields: [],
  text: `${rule.action} ${about(rule)}`,
});

/**
 * Rules have no names: one that differs in anything is another rule, removed and added. Rules that only trade places
 * are one change of `order`.
 */
export const policyChanges = (
  before: readonly PolicyRule[],
  after: readonly PolicyRule[],
): Omit<Plan, 'resets'> => {
  const [old, fresh] = [numbered(before), numbered(after)];
  const oldKeys = new Set(old.map(({ key }) => key));
  const freshKeys = new Set(fresh.map(({ key }) => key));
  const keptBefore = old.filter(({ key }) => freshKeys.has(key));
  const keptAfter = fresh.filter(({ key }) => oldKeys.has(key));
  const moved = keptAfter.some(({ key }, i) => key !== keptBefore[i]?.key);
  return {
    added: fresh.filter(({ key }) => !oldKeys.has(key)).map(whole),
    changed: moved ? [{ kind: 'policy', name: 'policy', fields: ['order'], text: 'rules trade places' }] : [],
    removed: old.filter(({ key }) => !freshKeys.has(key)).map(whole),
  };
};
