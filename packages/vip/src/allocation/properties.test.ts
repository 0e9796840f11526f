import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllocationState,
  type Assignment,
  type Claimant,
  emptyAllocation,
  stepAllocation,
} from './index.ts';
import { type Interval, includes, including, union, without } from './intervals.ts';
import {
  changed,
  claimant,
  cluster,
  type GivenClaimant,
  gone,
  listed,
  pool,
  settingsWith,
  written,
} from './scenario.ts';
import { mayShare } from './sharing.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const POOLS = [
  pool('one', ['192.0.2.0-192.0.2.1', '2001:db8::-2001:db8::1']),
  pool('two', ['198.51.100.1-198.51.100.1'], { sharing: 'never' }),
];
const ADDRESSES = ['192.0.2.0', '192.0.2.1', '198.51.100.1', '2001:db8::1', '203.0.113.1'];

const aService: fc.Arbitrary<GivenClaimant> = fc
  .record({
    created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
    stack: fc.constantFrom<Pick<GivenClaimant, 'families' | 'policy'>>(
      { families: ['IPv4'], policy: 'SingleStack' },
      { families: ['IPv6'], policy: 'SingleStack' },
      { families: ['IPv4', 'IPv6'], policy: 'PreferDualStack' },
      { families: ['IPv6', 'IPv4'], policy: 'RequireDualStack' },
    ),
    ports: fc.constantFrom([80], [443], [80, 443]),
    annotations: fc.constantFrom<Record<string, string>>(
      {},
      { 'metallb.io/allow-shared-ip': 'k' },
      { 'vipcast.io/pool': 'two' },
      { 'vipcast.io/pool': 'none' },
    ),
    spec: fc.oneof(
      fc.constant({}),
      fc.constantFrom(...ADDRESSES).map((loadBalancerIP) => ({ loadBalancerIP })),
    ),
  })
  .map(({ stack, ...rest }) => ({ ...rest, ...stack }));

type Command =
  | { readonly type: 'create' | 'ask'; readonly name: string; readonly given: GivenClaimant }
  | { readonly type: 'delete' | 'wipe' | 'touch'; readonly name: string }
  | { readonly type: 'pools'; readonly pools: typeof POOLS }
  | { readonly type: 'deliver' | 'write'; readonly pick: number }
  | { readonly type: 'restart' };

const aName = fc.constantFrom(...NAMES);
const aCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('create' as const, 'create' as const, 'ask' as const),
      name: aName,
      given: aService,
    }),
  },
  fc.record({ type: fc.constantFrom('delete' as const, 'wipe' as const, 'touch' as const), name: aName }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pools' as const), pools: fc.subarray(POOLS) }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('deliver' as const), pick: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), pick: fc.nat(8) }) },
  fc.constant({ type: 'restart' as const }),
);

/** An API server with a watch that lags, and whoever allocates by what it sees. */
const world = () => {
  const api = new Map<string, Claimant>();
  let settings = settingsWith(POOLS);
  let events: ReturnType<typeof changed>[] = [];
  /** Everything that was ever to be written by this leader: any of it may still be on its way. */
  let underWay: Assignment[] = [];
  let version = 1;
  let state: AllocationState = stepAllocation(emptyAllocation(settings), [listed]).state;
  const step = (...inputs: Parameters<typeof stepAllocation>[1]): void => {
    const stepped = stepAllocation(state, inputs);
    state = stepped.state;
    underWay.push(...stepped.assignments);
  };
  const put = (next: Claimant): void => {
    const now = { ...next, resourceVersion: `${++version}` };
    api.set(now.service.key, now);
    events.push(changed(now));
  };
  const write = (assignment: Assignment): void => {
    const of = api.get(assignment.key);
    if (of === undefined || of.resourceVersion !== assignment.resourceVersion) return;
    const next = written(of, assignment);
    for (const address of assignment.addresses)
      for (const other of api.values())
        if (
          other.service.key !== assignment.key &&
          other.service.given.some((each) => each.address === address)
        )
          expect([address, mayShare(other, next)]).toEqual([address, true]);
    put(next);
  };
  const restart = (): void => {
    underWay = [];
    events = [];
    state = emptyAllocation(settings);
    step(changed(...api.values()), listed);
  };
  return {
    api,
    state: () => state,
    run: (command: Command): void => {
      switch (command.type) {
        case 'create':
          if (!api.has(`default/${command.name}`)) put(claimant(command.name, command.given));
          return;
        case 'ask': {
          const of = api.get(`default/${command.name}`);
          if (of === undefined) return;
          // What decides about sharing stays: a change of that is nobody's fault.
          const { requested, pools, families, familyPolicy } = claimant(command.name, command.given);
          put({ ...of, requested, pools, families, familyPolicy });
          return;
        }
        case 'delete':
          if (api.delete(`default/${command.name}`)) events.push(gone(command.name));
          return;
        case 'wipe':
        case 'touch': {
          const of = api.get(`default/${command.name}`);
          if (of === undefined) return;
          const service = command.type === 'wipe' ? { ...of.service, given: [] } : of.service;
          put({ ...of, service, ingress: command.type === 'wipe' ? [] : of.ingress });
          return;
        }
        case 'pools':
          settings = settingsWith(command.pools);
          step({ type: 'SettingsChanged', settings });
          return;
        case 'deliver':
          step(...events.splice(0, command.pick));
          return;
        case 'write':
          if (underWay.length > 0) write(underWay[command.pick % underWay.length]!);
          return;
        case 'restart':
          restart();
      }
    },
    /** Until nothing is left to do. */
    settle: (): void => {
      for (let round = 0; round < 50; round++) {
        step(...events.splice(0));
        const before = version;
        for (const assignment of underWay.splice(0)) write(assignment);
        if (before === version) return;
      }
      throw new Error('it never comes to rest');
    },
    restart,
  };
};

const aHistory = fc.array(aCommand, { maxLength: 60, size: 'max' });

const statuses = (api: ReadonlyMap<string, Claimant>) =>
  [...api.values()].map(({ service }) =>
    [service.key, ...service.given.map(({ address }) => address)].join(' '),
  );

describe('whatever happens', () => {
  it('no address is written to two Services that may not share it', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const { run, settle } = world();
        for (const command of history) run(command);
        settle();
      }),
      { numRuns: 1000 },
    );
  });

  it('a new leader changes nothing of what has come to rest', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const { run, settle, restart, api, state } = world();
        for (const command of history) run(command);
        run({ type: 'pools', pools: POOLS });
        settle();
        restart();
        settle();
        const before = statuses(api);
        const said = [...state().said.values()].map(({ key, reason }) => `${key} ${reason}`).toSorted();
        restart();
        settle();
        expect(statuses(api)).toEqual(before);
        expect([...state().said.values()].map(({ key, reason }) => `${key} ${reason}`).toSorted()).toEqual(
          said,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('nobody who asks for nothing special waits while there is a free address', () => {
    fc.assert(
      fc.property(aHistory, aHistory, (history, later) => {
        const { run, settle, api, state } = world();
        for (const command of history) run(command);
        run({ type: 'pools', pools: POOLS });
        settle();
        // Without what decides on everybody anew: whoever waits is to hear of what became free.
        for (const command of later) if (command.type !== 'pools' && command.type !== 'restart') run(command);
        settle();
        const inUse = [...api.values()].flatMap(({ service }) => service.given.map(({ address }) => address));
        const used = new Set([...inUse, ...[...state().tried.values()].flat()]);
        const all = ['192.0.2.0', '192.0.2.1', '198.51.100.1'];
        const free = all.some((address) => !used.has(address));
        for (const { service, families, familyPolicy, requested, pools } of api.values())
          if (families[0] === 4 && familyPolicy === 'SingleStack' && requested.length === 0 && pools === null)
            expect(service.given.length === 1 || !free, service.key).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('the order of a list changes nothing, and the state that goes in stays as it was', () => {
    const services = fc.uniqueArray(fc.tuple(aName, aService), { selector: ([name]) => name });
    fc.assert(
      fc.property(services, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (given, order) => {
        const claimants = given.map(([name, each]) => claimant(name, each));
        const shuffled = claimants
          .map((each, i) => [order[i] ?? 0, each] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, each]) => each);
        const empty = emptyAllocation(settingsWith(POOLS));
        const one = stepAllocation(empty, [changed(...claimants), listed]);
        const other = stepAllocation(empty, [changed(...shuffled), listed]);
        expect(other.assignments.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
          one.assignments.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        );
        expect(empty.services.size).toBe(0);
        expect(cluster(settingsWith(POOLS), ...claimants).assignments).toEqual(one.assignments);
      }),
    );
  });
});

describe('intervals', () => {
  it('are sets of numbers', () => {
    const anInterval = fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }))
      .map(([first, more]): Interval => ({ first: BigInt(first), last: BigInt(first + more) }));
    const aChange = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 48 }));
    fc.assert(
      fc.property(fc.array(anInterval, { maxLength: 8 }), fc.array(aChange), (from, changes) => {
        let intervals = union(from);
        const set = new Set<bigint>();
        for (const { first, last } of from) for (let i = first; i <= last; i++) set.add(i);
        for (const [add, number] of changes) {
          const value = BigInt(number);
          intervals = add ? including(intervals, value) : without(intervals, value);
          if (add) set.add(value);
          else set.delete(value);
        }
        for (let i = 0n; i < 50n; i++) expect(includes(intervals, i)).toBe(set.has(i));
        for (const [i, { first }] of intervals.entries())
          if (i > 0) expect(first > intervals[i - 1]!.last + 1n).toBe(true);
      }),
    );
  });
});
