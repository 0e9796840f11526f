import { type Draft, stamp } from '@vipcast/events';
import { describe, expect, it } from 'vitest';
import { check } from './checker.ts';
import type { Evidence, Fact, Told } from './evidence.ts';

const ADDRESS = '192.0.2.10';
const PREFIX = `${ADDRESS}/32`;
const SECOND = 1000;

/** Facts of one writer, a second after each other. */
const factsOf = (node: string, service: string, ...drafts: readonly Draft[]): readonly Fact[] =>
  drafts.map((draft, i) => {
    const n = i + 1;
    const at = n * 10 * SECOND;
    const fact = stamp(draft, { cluster: 'test', node, id: `${node}-${service}-${n}`, at });
    const place = { writer: `${node}/${service}`, epoch: 1, n, hash: new Uint8Array(16) };
    return { ...fact, ...place, position: n, recordedAt: at } as Fact;
  });

const vip = (type: 'vip.Advertised' | 'vip.Withdrawn', reason: string): Draft =>
  ({
    type,
    of: 'web',
    data: { vip: 'web', addresses: [ADDRESS], source: 'static', reason, because: reason },
  }) as Draft;

const announced = vip('vip.Advertised', 'configured');

/** n1 announces at 10 s, withdraws at 20 s, announces again at 30 s; n2 announces at 10 s. */
const FIRST = factsOf('n1', 'vip-watcher', announced, vip('vip.Withdrawn', 'unhealthy'), announced);
const SECOND_NODE = factsOf('n2', 'vip-watcher', announced);
const OPERATOR = factsOf('n1', 'operator', {
  type: 'operator.AnnounceRequested',
  of: 'alice',
  data: { by: 'alice', addresses: ['198.51.100.1'] },
});
const ALL = [...FIRST, ...SECOND_NODE, ...OPERATOR];
const [a, b, c] = FIRST as [Fact, Fact, Fact];
const [d] = SECOND_NODE as [Fact];
const [e] = OPERATOR as [Fact];

const told = (kind: Told['kind'], at: number, node = 'n1'): Told => ({
  kind,
  router: 'frr',
  node,
  prefix: PREFIX,
  at: at * SECOND,
});

/** A run with nothing wrong about it: readers interleave writers as they like. */
const GOOD: Evidence = {
  accepted: ALL,
  promised: [
    { node: 'n1', type: 'operator.AnnounceRequested', address: '198.51.100.1', from: 0, to: 11 * SECOND },
  ],
  readers: new Map([
    ['stream', [a, d, b, e, c]],
    ['n1', [a, b, e, c, d]],
    ['n2', [d, a, e, b, c]],
  ]),
  reference: 'stream',
  told: [told('announced', 11), told('withdrawn', 21), told('announced', 31), told('announced', 11, 'n2')],
  excuses: [{ node: 'n1', address: ADDRESS, from: 18 * SECOND, to: 25 * SECOND }],
  tables: [{ router: 'frr', node: 'n1', prefixes: [PREFIX], wanted: [PREFIX] }],
};

const withReader = (name: string, facts: readonly Fact[]): Evidence => ({
  ...GOOD,
  readers: new Map([...GOOD.readers, [name, facts]]),
});
const kinds = (evidence: Evidence): readonly string[] => [
  ...new Set(check(evidence).map(({ kind }) => kind)),
];

describe('the checker', () => {
  it('has nothing against a good run', () => {
    expect(check(GOOD)).toEqual([]);
  });

  it('finds a fact that is there twice', () => {
    expect(check(withReader('n2', [d, a, e, b, c, b]))).toContainEqual({
      kind: 'duplicate',
      text: 'n2 has more than once n1/vip-watcher 1/2 (vip.Withdrawn)',
    });
  });

  it('finds a fact that is missing, at one reader or at all', () => {
    expect(check(withReader('n2', [d, a, e, b]))).toContainEqual({
      kind: 'missing',
      text: 'n2 lacks n1/vip-watcher 1/3 (vip.Advertised)',
    });
    const readers = new Map([...GOOD.readers].map(([name, facts]) => [name, facts.filter((f) => f !== c)]));
    expect(check({ ...GOOD, readers })).toHaveLength(3);
  });

  it('finds another order of one writer', () => {
    expect(check(withReader('n2', [d, b, a, e, c]))).toContainEqual({
      kind: 'order',
      text: 'n2 does not have in its place n1/vip-watcher 1/1 (vip.Advertised)',
    });
  });

  it('finds what nobody wrote', () => {
    const forged = factsOf('n3', 'vip-watcher', announced);
    expect(check(withReader('n2', [d, a, e, b, c, ...forged]))).toContainEqual({
      kind: 'unknown',
      text: 'n2 has what nobody wrote: n3/vip-watcher 1/1 (vip.Advertised)',
    });
  });

  it('finds a promise that was not kept', () => {
    const broken = { ...GOOD.promised[0]!, address: '198.51.100.2' };
    expect(kinds({ ...GOOD, promised: [broken] })).toEqual(['missing']);
    expect(
      kinds({ ...GOOD, promised: [{ ...GOOD.promised[0]!, from: 15 * SECOND, to: 99 * SECOND }] }),
    ).toEqual(['missing']);
  });

  it('finds another state, of the same facts to look at', () => {
    const changed = { ...c, data: { ...c.data, addresses: ['192.0.2.99'] } } as Fact;
    expect(kinds(withReader('n2', [d, a, e, b, changed]))).toEqual(['state']);
  });

  it('compares states in the middle too, not only in the end', () => {
    const lastOf = (facts: readonly Fact[]): string => facts.at(-1)?.writer ?? '';
    expect(kinds(GOOD)).toEqual([]);
    expect(check(GOOD, lastOf).filter(({ kind }) => kind === 'state').length).toBeGreaterThan(1);
  });

  it.each<readonly [what: string, change: Partial<Evidence>]>([
    ['without a fact', { told: [...GOOD.told, told('withdrawn', 40, 'n2')] }],
    ['twice for one fact', { told: [...GOOD.told, told('withdrawn', 40)] }],
    ['before its fact', { told: [told('announced', 11), told('withdrawn', 15)] }],
    ['with a fact for which there was no cause', { excuses: [] }],
    ['with a fact for which the cause came later', { excuses: [{ ...GOOD.excuses[0]!, from: 21 * SECOND }] }],
    ['with a fact whose cause was on another node', { excuses: [{ ...GOOD.excuses[0]!, node: 'n2' }] }],
  ])('finds a withdrawal %s', (_, change) => {
    expect(kinds({ ...GOOD, ...change })).toEqual(['withdrawal']);
  });

  it.each([
    ['lacks a route', [], [PREFIX], `frr lacks ${PREFIX} of n1`],
    ['keeps a route', [PREFIX], [], `frr still has ${PREFIX} of n1`],
  ])('finds a router that %s', (_, prefixes, wanted, text) => {
    expect(check({ ...GOOD, tables: [{ router: 'frr', node: 'n1', prefixes, wanted }] })).toEqual([
      { kind: 'routes', text },
    ]);
  });
});
