import { type Draft, type RecordedFact, stamp } from '@vipcast/events';
import { memoryLog } from '@vipcast/log';
import { endpointSliceOf, serviceOf } from '@vipcast/vip/kubernetes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccount, LARGEST_FACT } from './account.ts';
import { createLedger, writerOf } from './ledger.ts';
import { recentFacts } from './past.ts';

const SCOPE = { namespace: null, namespaces: false };
const began: Draft = { type: 'kubernetes.TermBegan', of: 'watcher', data: { server: 's', ...SCOPE } };
const listed: Draft = { type: 'kubernetes.Listed', of: 'watcher', data: { answers: [] } };
const offered: Draft = { type: 'kubernetes.Offered', of: 'watcher', data: {} };
const ended: Draft = {
  type: 'kubernetes.TermEnded',
  of: 'watcher',
  data: { because: 'so', unheard: true },
};

/** A log, and who writes to it: each call is a new epoch. */
const scribes = () => {
  const log = memoryLog();
  let id = 0;
  const scribe = (node: string) => {
    const writer = log.writer(writerOf(node));
    return (...drafts: readonly Draft[]): readonly RecordedFact[] =>
      writer.append(drafts.map((draft) => stamp(draft, { cluster: 'test', node, id: `${++id}`, at: id })));
  };
  return { log, scribe };
};

const rawService = (name: string, address: string) => ({
  metadata: { namespace: 'default', name, uid: name },
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress: [{ ip: address }] } },
});
const rawSlice = (name: string, nodeName: string) => ({
  metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: [{ nodeName, addresses: ['::'], conditions: { ready: true } }],
});

const entry = (raw: { readonly metadata: { readonly name: string } }) => ({
  key: `default/${raw.metadata.name}`,
  value: JSON.stringify(raw),
});

const names = ['a', 'b', 'c', 'd'] as const;
/** What is there after each step, and whether that was found by a list. */
const steps = fc.array(
  fc.record({
    there: fc.dictionary(fc.constantFrom(...names), fc.constantFrom('192.0.2.1', '192.0.2.2')),
    whole: fc.boolean(),
  }),
  { minLength: 1 },
);

describe('what one node tells', () => {
  it('is what another knows, whatever happens', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, late) => {
        const { log, scribe } = scribes();
        const say = scribe('n1');
        const account = createAccount(SCOPE);
        const ledger = createLedger('test', 'n2');
        let before: Readonly<Record<string, string>> = {};
        for (const [i, { there, whole }] of all.entries()) {
          const set = Object.entries(there).map(([name, address]) => entry(rawService(name, address)));
          const gone = Object.keys(before).filter((name) => !Object.hasOwn(there, name));
          const deleted = whole ? [] : gone.map((name) => `default/${name}`);
          const drafts = account.take('services', { cause: whole ? 'list' : 'watch', set, deleted }, whole);
          const facts = i === 0 ? say(began, ...account.all(), listed) : say(...drafts);
          if (!late) for (const fact of facts) ledger.take(fact);
          before = there;
        }
        if (late) for (const fact of recentFacts(log, log.last())) ledger.take(fact);
        const { known, listed: complete, broken } = ledger.termOf('n1')!;
        const expected = Object.entries(before).map(([name, address]) => {
          const read = serviceOf(rawService(name, address));
          return 'value' in read ? read.value : undefined;
        });
        expect([complete, broken]).toEqual([true, false]);
        expect([...known.services.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
          expected.toSorted((a, b) => (a!.key < b!.key ? -1 : 1)),
        );
      }),
    );
  });

  it('is nothing, when nothing that matters changed', () => {
    const account = createAccount(SCOPE);
    const batch = { cause: 'list', set: [entry(rawService('a', '192.0.2.1'))], deleted: [] } as const;
    expect(account.take('services', batch, true)).toHaveLength(1);
    expect(account.take('services', batch, true)).toEqual([]);
  });

  it('is told in facts of a size that travels, and read as one change', () => {
    const { scribe } = scribes();
    const account = createAccount(SCOPE);
    const ledger = createLedger('test', 'n2');
    for (const fact of scribe('n1')(began, listed)) ledger.take(fact);
    const set = Array.from({ length: 3000 }, (_, i) => entry(rawService(`s${i}`, '192.0.2.1')));
    const drafts = account.take('services', { cause: 'relist', set, deleted: [] }, false);
    expect(drafts.length).toBeGreaterThan(1);
    for (const draft of drafts) expect(JSON.stringify(draft.data).length).toBeLessThan(LARGEST_FACT * 1.1);
    const { scribe: again } = scribes();
    const other = createLedger('test', 'n2');
    const said = again('n1')(began, listed, ...drafts).map((fact) => other.take(fact));
    expect(said.flatMap((each) => (each?.type === 'changed' ? [each.change.batch.set.length] : []))).toEqual([
      3000,
    ]);
  });

  it('of a slice is what concerns the node that reads it', () => {
    const { scribe } = scribes();
    const account = createAccount(SCOPE);
    const raw = rawSlice('a', 'n2');
    account.take('slices', { cause: 'list', set: [entry(raw)], deleted: [] }, true);
    const facts = scribe('n1')(began, ...account.all(), listed);
    for (const reader of ['n2', 'n3']) {
      const ledger = createLedger('test', reader);
      for (const fact of facts) ledger.take(fact);
      expect(ledger.termOf('n1')?.known.slices.get('default/a')).toEqual(
        (endpointSliceOf(raw, reader) as { value: unknown }).value,
      );
    }
  });

  it('is broken when something of it is missing', () => {
    const { scribe } = scribes();
    const account = createAccount(SCOPE);
    const say = scribe('n1');
    const [, , ...rest] = say(began, listed, listed, listed);
    const ledger = createLedger('test', 'n2');
    ledger.take(rest[1]!);
    expect(ledger.termOf('n1')?.broken).toBe(true);
    for (const fact of scribe('n1')(began, ...account.all(), listed)) ledger.take(fact);
    expect(ledger.termOf('n1')?.broken).toBe(false);
  });

  it('is believed under its own name only, and of its own cluster', () => {
    const { log, scribe } = scribes();
    scribe('n1')(began, listed);
    const other = createLedger('other', 'n2');
    const forged = createLedger('test', 'n2');
    for (const fact of log.read()) {
      other.take(fact);
      forged.take({ ...fact, writer: 'n9/shared-watcher' });
    }
    expect([other.standings(), forged.standings()]).toEqual([[], []]);
  });
});

describe('the past', () => {
  it('is read from the last term that may go on, with how everybody else stands', () => {
    const { log, scribe } = scribes();
    scribe('n1')(began, listed, ended);
    scribe('n2')(offered);
    scribe('n3')(began, listed);
    const retired: Draft = { type: 'kubernetes.Retired', of: 'watcher', data: { because: 'so' } };
    scribe('n4')(offered, retired);
    const latest = scribe('n3')(began, listed)[0]!;
    const ledger = createLedger('test', 'n9');
    const read = [...recentFacts(log, log.last())];
    for (const fact of read) ledger.take(fact);
    expect(read.length).toBe(7);
    expect(ledger.standings().toSorted((a, b) => (a.node < b.node ? -1 : 1))).toEqual([
      { node: 'n1', offered: true, unheardAt: 3, since: undefined },
      { node: 'n2', offered: true, unheardAt: 0, since: undefined },
      { node: 'n3', offered: true, unheardAt: 0, since: latest.at },
      { node: 'n4', offered: false, unheardAt: 0, since: undefined },
    ]);
  });
});
