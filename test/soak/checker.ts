import type { Evidence, Fact, Violation } from './evidence.ts';
import { stateHash } from './state-hash.ts';
import { unjustifiedWithdrawals } from './withdrawals.ts';

const nameOf = ({ writer, epoch, n, type }: Fact): string => `${writer} ${epoch}/${n} (${type})`;

const byWriter = (facts: readonly Fact[]): ReadonlyMap<string, readonly Fact[]> =>
  Map.groupBy(facts, ({ writer }) => writer);

/** Every accepted fact once, nothing else, and in the order of its writer. */
const checkReader = (
  reader: string,
  facts: readonly Fact[],
  accepted: readonly Fact[],
): readonly Violation[] => {
  const counts = new Map<string, number>();
  for (const { id } of facts) counts.set(id, (counts.get(id) ?? 0) + 1);
  const known = new Set(accepted.map(({ id }) => id));
  const missing = accepted.filter(({ id }) => !counts.has(id));
  const repeated = accepted.filter(({ id }) => (counts.get(id) ?? 0) > 1);
  const unknown = facts.filter(({ id }) => !known.has(id));
  const here = byWriter(facts.filter(({ id }) => counts.get(id) === 1 && known.has(id)));
  const wrong = [...byWriter(accepted.filter(({ id }) => counts.get(id) === 1))].flatMap(
    ([writer, wanted]) => {
      const at = wanted.findIndex(({ id }, i) => here.get(writer)?.[i]?.id !== id);
      return at < 0 ? [] : [wanted[at] as Fact];
    },
  );
  const say =
    (kind: Violation['kind'], what: string) =>
    (fact: Fact): Violation => ({ kind, text: `${reader} ${what} ${nameOf(fact)}` });
  return [
    ...missing.map(say('missing', 'lacks')),
    ...repeated.map(say('duplicate', 'has more than once')),
    ...unknown.map(say('unknown', 'has what nobody wrote:')),
    ...wrong.map(say('order', 'does not have in its place')),
  ];
};

/** What somebody was told to be recorded is there. */
const checkPromises = ({ promised, accepted }: Evidence): readonly Violation[] =>
  promised
    .filter(
      ({ node, type, address, from, to }) =>
        !accepted.some(
          (fact) =>
            fact.type === type &&
            fact.writer.startsWith(`${node}/`) &&
            fact.at >= from &&
            fact.at <= to &&
            (fact.data as { readonly addresses: readonly string[] }).addresses.includes(address),
        ),
    )
    .map(({ node, type, address }) => ({
      kind: 'missing',
      text: `${node} promised a ${type} of ${address} that is nowhere`,
    }));

const COMPARED = 5;

/** What each writer had said at a position, by writer and epoch. */
const reachedAt = (facts: readonly Fact[], position: number): ReadonlyMap<string, number> => {
  const reached = new Map<string, number>();
  for (const { writer, epoch, n } of facts.slice(0, position)) reached.set(`${writer} ${epoch}`, n);
  return reached;
};

/** At several positions of one order, everybody makes the same of what was said up to there. */
const checkStates = (
  { readers, reference }: Evidence,
  hash: (facts: readonly Fact[]) => string,
): readonly Violation[] => {
  const order = readers.get(reference) ?? [];
  const positions = Array.from({ length: COMPARED }, (_, i) =>
    Math.ceil((order.length * (i + 1)) / COMPARED),
  );
  return [...new Set(positions)].flatMap((position) => {
    const reached = reachedAt(order, position);
    const hashes = Array.from(readers, ([reader, facts]) => {
      const upTo = facts.filter(({ writer, epoch, n }) => n <= (reached.get(`${writer} ${epoch}`) ?? 0));
      return [reader, hash(upTo)] as const;
    });
    if (new Set(hashes.map(([, each]) => each)).size <= 1) return [];
    const text = hashes.map(([reader, each]) => `${reader} ${each.slice(0, 12)}`).join(', ');
    return [{ kind: 'state' as const, text: `at position ${position} states differ: ${text}` }];
  });
};

/** In the end routers know what they should. */
const checkTables = ({ tables }: Evidence): readonly Violation[] =>
  tables.flatMap(({ router, node, prefixes, wanted }) => {
    const lacking = wanted.filter((prefix) => !prefixes.includes(prefix));
    const extra = prefixes.filter((prefix) => !wanted.includes(prefix));
    return [
      ...lacking.map((prefix) => ({ kind: 'routes' as const, text: `${router} lacks ${prefix} of ${node}` })),
      ...extra.map((prefix) => ({
        kind: 'routes' as const,
        text: `${router} still has ${prefix} of ${node}`,
      })),
    ];
  });

/**
 * What is wrong with a run, once everything was healed and has become quiet: every accepted fact is once on every node,
 * in its writer's order; equal states at equal positions; no withdrawal at a router that no fact justifies; and routers
 * know what they should.
 * @param hash of the state that facts, in this order, add up to
 */
export const check = (
  evidence: Evidence,
  hash: (facts: readonly Fact[]) => string = stateHash,
): readonly Violation[] => [
  ...[...evidence.readers].flatMap(([reader, facts]) => checkReader(reader, facts, evidence.accepted)),
  ...checkPromises(evidence),
  ...checkStates(evidence, hash),
  ...unjustifiedWithdrawals(evidence),
  ...checkTables(evidence),
];
