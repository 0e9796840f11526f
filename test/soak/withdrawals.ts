import type { Evidence, Excuse, Fact, Told, Violation } from './evidence.ts';

/** Clocks are one, but a fact is decided, sent, heard and written down at different times. */
const SLACK = 2000;

const isDecidedAgainst = (fact: Fact, node: string, address: string): boolean =>
  (fact.type === 'vip.Withdrawn' || fact.type === 'vip.Withheld') &&
  fact.writer.startsWith(`${node}/`) &&
  fact.data.addresses.includes(address);

const isExcused = (excuses: readonly Excuse[], node: string, address: string, at: number): boolean =>
  excuses.some((each) => each.node === node && each.address === address && each.from <= at && at <= each.to);

const addressOf = (prefix: string): string => prefix.slice(0, prefix.indexOf('/'));

/** When the router was last told of what is now withdrawn. */
const announcedBefore = (told: readonly Told[], { router, node, prefix, at }: Told): number =>
  told.reduce(
    (last, each) =>
      each.kind === 'announced' &&
      each.router === router &&
      each.node === node &&
      each.prefix === prefix &&
      each.at <= at
        ? Math.max(last, each.at)
        : last,
    0,
  );

/** Nothing takes a VIP from its routers that nobody wished for and nothing has happened to. */
const unprovokedDecisions = ({ accepted, excuses }: Evidence): readonly Violation[] =>
  accepted.flatMap((fact) => {
    if (fact.type !== 'vip.Withdrawn') return [];
    const node = fact.writer.slice(0, fact.writer.indexOf('/'));
    return fact.data.addresses
      .filter((address) => !isExcused(excuses, node, address, fact.at))
      .map((address) => ({
        kind: 'withdrawal' as const,
        text: `${node} decided against ${address}, and nothing was done to it: ${fact.data.because}`,
      }));
  });

/**
 * Withdrawals that no fact justifies. A router loses routes with a session too, which is no withdrawal; one that it is
 * told of needs a decision of the node against the address, made since the router was told of it; and each decision
 * needs something that was done to that address on that node.
 */
export const unjustifiedWithdrawals = (evidence: Evidence): readonly Violation[] => {
  const { told, accepted } = evidence;
  const unjustified = told.filter((each) => {
    if (each.kind !== 'withdrawn') return false;
    const since = announcedBefore(told, each) - SLACK;
    return !accepted.some(
      (fact) =>
        isDecidedAgainst(fact, each.node, addressOf(each.prefix)) &&
        fact.at >= since &&
        fact.at <= each.at + SLACK,
    );
  });
  return [
    ...unjustified.map(({ router, node, prefix, at }) => ({
      kind: 'withdrawal' as const,
      text: `${router} was told at ${new Date(at).toISOString()} that ${prefix} of ${node} is gone, and no fact says why`,
    })),
    ...unprovokedDecisions(evidence),
  ];
};
