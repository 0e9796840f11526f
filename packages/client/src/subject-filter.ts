import { type Aggregate, parseSubject } from '@vipcast/events';

/** Which facts are wanted; of all, if nothing is said. */
export interface Wanted {
  /** What they are about. */
  readonly aggregates?: readonly Aggregate[];
  /** Subjects, with NATS wildcards: `vipcast.prod.*.vip.>`. */
  readonly subjects?: readonly string[];
}

const matcher = (pattern: string): ((subject: string) => boolean) => {
  const wanted = pattern.split('.');
  const open = wanted.at(-1) === '>';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return (subject) => {
    const tokens = subject.split('.');
    if (open ? tokens.length <= fixed.length : tokens.length !== fixed.length) return false;
    return fixed.every((token, i) => token === '*' || token === tokens[i]);
  };
};

/**
 * Whether a fact on a subject is wanted. The server is not asked to leave out the others: only by all of a writer's
 * facts can one see that none is missing.
 */
export const subjectFilter = ({ aggregates, subjects }: Wanted): ((subject: string) => boolean) => {
  const matchers = subjects?.map(matcher);
  const known = new Map<string, boolean>();
  const decide = (subject: string): boolean => {
    const aggregate = parseSubject(subject)?.aggregate;
    if (aggregates !== undefined && (aggregate === undefined || !aggregates.includes(aggregate)))
      return false;
    return matchers === undefined || matchers.some((matches) => matches(subject));
  };
  return (subject) => {
    const wanted = known.get(subject) ?? decide(subject);
    known.set(subject, wanted);
    return wanted;
  };
};
