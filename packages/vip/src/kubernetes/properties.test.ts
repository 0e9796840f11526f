import { ipv4 } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EndpointSlice,
  emptyServices,
  type Service,
  type ServicesInput,
  type ServicesState,
  type ServiceVerdict,
  stepServices,
  type Told,
} from './index.ts';
import {
  type GivenService,
  listed,
  node,
  noServices,
  noSlices,
  onNode,
  service,
  services,
  settings,
  slice,
  slices,
} from './scenario.ts';

const SERVICES = ['default/a', 'default/b', 'default/c', 'prod/d', 'prod/e'];
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';

const aService = (key: string): fc.Arbitrary<Service> =>
  fc
    .record({
      ips: fc.subarray(ADDRESSES),
      local: fc.boolean(),
      created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
      annotations: fc.constantFrom<Record<string, string>>({}, { 'metallb.io/allow-shared-ip': 'k' }),
      labels: fc.constantFrom<Record<string, string>>({}, { app: 'web' }),
      spec: fc.constantFrom({}, {}, {}, { type: 'ClusterIP' }),
    })
    .map((given: GivenService) => service(key, given));

const aSlice: fc.Arbitrary<EndpointSlice> = fc
  .record({
    of: fc.constantFrom('a', 'b', 'c'),
    n: fc.constantFrom('1', '2'),
    type: fc.constantFrom('IPv4', 'IPv6'),
    endpoints: fc.constantFrom('', 'ready', 'ready@n7', 'terminating@n7', 'unready@n7 ready', 'terminating'),
  })
  .map(({ of, n, type, endpoints }) => slice(`default/${of}-${n}-${type}`, endpoints, type, of));

const namespaces = (how: Told, team: string): ServicesInput => ({
  type: 'NamespacesChanged',
  told: how,
  set: [{ name: 'default', labels: { team } }],
  deleted: [],
});

const told = fc.constantFrom('watch' as const, 'relist' as const);
const key = fc.constantFrom(...SERVICES);

const input: fc.Arbitrary<ServicesInput> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(told, key.chain(aService)).map(([how, one]) => services(how, one)) },
  { weight: 2, arbitrary: fc.tuple(told, key).map(([how, one]) => noServices(how, one)) },
  { weight: 6, arbitrary: fc.tuple(told, aSlice).map(([how, one]) => slices(how, one)) },
  { weight: 2, arbitrary: fc.tuple(told, aSlice).map(([how, one]) => noSlices(how, one.key)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ServicesInput>(
      onNode(),
      onNode(null),
      namespaces('watch', 'a'),
      namespaces('relist', 'b'),
      onNode(node({ metadata: { name: 'n7', labels: { [EXCLUDE]: '' } } })),
      { type: 'SettingsChanged', settings },
      { type: 'SettingsChanged', settings: { ...settings, namespace: 'default' } },
      { type: 'AdvertisementsChanged', told: 'watch', advertisements: null },
      {
        type: 'AdvertisementsChanged',
        told: 'relist',
        advertisements: [
          {
            name: 'web',
            serviceSelector: { matchLabels: { app: 'web' } },
            namespaces: null,
            namespaceSelector: { matchLabels: { team: 'a' } },
            addresses: [{ first: ipv4(0xc0000201), last: ipv4(0xc0000201) }],
          },
        ],
      },
    ),
  },
);
const batches = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 25 });

/** A run, and what an onlooker knows of it. */
interface Run {
  state: ServicesState;
  readonly known: Map<string, ServiceVerdict>;
}

const begin = (): Run => ({
  state: stepServices(emptyServices(settings), [onNode(), listed]).state,
  known: new Map(),
});

const take = (run: Run, inputs: readonly ServicesInput[]): readonly ServiceVerdict[] => {
  const { state, verdicts } = stepServices(run.state, inputs);
  for (const verdict of verdicts)
    if (!verdict.advertised && verdict.ended) run.known.delete(verdict.vip);
    else run.known.set(verdict.vip, verdict);
  run.state = state;
  return verdicts;
};

const live = (history: readonly (readonly ServicesInput[])[]): Run => {
  const run = begin();
  for (const inputs of history) take(run, inputs);
  return run;
};

/** What would be said of the same cluster by somebody who sees it for the first time. */
const anew = ({ state: { cluster } }: Run): ReadonlyMap<string, ServiceVerdict> => {
  const run: Run = { state: emptyServices(cluster.settings), known: new Map() };
  take(run, [
    onNode(cluster.node),
    {
      type: 'NamespacesChanged',
      told: 'list',
      set: [...cluster.namespaces.keys()].map((name) => ({ name, labels: cluster.namespaces.get(name)! })),
      deleted: [],
    },
    { type: 'AdvertisementsChanged', told: 'list', advertisements: cluster.advertisements },
    slices('list', ...[...cluster.slices.values()].flatMap((each) => [...each.values()])),
    services('list', ...cluster.services.values()),
    listed,
  ]);
  return run.known;
};

/** Without words for people, which may be as old as the reason is. */
const sorted = (known: ReadonlyMap<string, ServiceVerdict>) =>
  [...known.values()]
    .map(({ because: _, leftOut, ...verdict }) => ({
      ...verdict,
      leftOut: leftOut.map(({ address, reason }) => `${address} ${reason}`),
    }))
    .toSorted((a, b) => a.vip.localeCompare(b.vip));

const announced = (known: ReadonlyMap<string, ServiceVerdict>): ReadonlySet<string> =>
  new Set([...known.values()].flatMap((verdict) => (verdict.advertised ? verdict.addresses : [])));

describe('whatever happens in a cluster', () => {
  it('what is judged bit by bit is what would be judged anew', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const run = live(history);
        for (let i = 0; i < 3; i++) take(run, [listed]);
        expect(run.state.held.size).toBe(0);
        expect(sorted(run.known)).toEqual(sorted(anew(run)));
      }),
      { numRuns: 300 },
    );
  });

  it('what is held is advertised, and everything else is as judged anew', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const run = live(history);
        const fresh = anew(run);
        for (const [vip, verdict] of run.known) {
          if (run.state.held.get(vip)) expect(verdict).toMatchObject({ advertised: true, reason: 'held' });
          else expect(verdict).toMatchObject({ reason: fresh.get(vip)?.reason });
        }
      }),
    );
  });

  it('the order in which objects are told does not matter', () => {
    const objects = fc
      .tuple(
        fc.tuple(...SERVICES.map(aService)).map((all) => all.map((each) => services('watch', each))),
        fc
          .uniqueArray(aSlice, { selector: (each) => each.key })
          .map((all) => all.map((each) => slices('watch', each))),
      )
      .map((parts): ServicesInput[] => parts.flat());
    const shuffled = objects.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [first, second] = [one, other].map((all) => live(all.map((each) => [each])));
        for (let i = 0; i < 3; i++) for (const run of [first!, second!]) take(run, [listed]);
        expect(sorted(first!.known)).toEqual(sorted(second!.known));
      }),
    );
  });

  it('an address stays while anybody who may have it is served', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const run = live(history);
        const wanted = announced(anew(run));
        for (const address of wanted) expect(announced(run.known)).toContain(address);
      }),
    );
  });

  it('two Services have one address only when they share it', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const fresh = anew(live(history));
        const { cluster } = live(history).state;
        const holders = new Map<string, string[]>();
        for (const verdict of fresh.values())
          if (verdict.advertised)
            for (const address of verdict.addresses)
              holders.set(address, [...(holders.get(address) ?? []), verdict.vip]);
        for (const vips of holders.values())
          if (vips.length > 1)
            for (const vip of vips) expect(cluster.services.get(vip)?.sharingKey).toBe('k');
      }),
    );
  });

  it('a Service that is seen to be deleted is never held', () => {
    fc.assert(
      fc.property(batches, fc.subarray(SERVICES, { minLength: 1 }), (history, deleted) => {
        const run = live(history);
        const there = deleted.filter((each) => run.state.cluster.services.get(each));
        take(run, [noServices('watch', ...there)]);
        for (const each of there) {
          expect(run.state.held.get(each)).toBeUndefined();
          expect(run.known.has(each)).toBe(false);
        }
      }),
    );
  });

  it('no more than half, or two, are lost at once without evidence', () => {
    fc.assert(
      fc.property(batches, fc.array(input, { maxLength: 4 }), (history, last) => {
        const run = live(history);
        const suspicious = last.filter((each) => each.type === 'SlicesChanged');
        const before = [...run.known.values()].filter((verdict) => verdict.advertised);
        const lost = take(run, suspicious).filter(
          (verdict) =>
            !verdict.advertised &&
            verdict.reason !== 'no-local-endpoints' &&
            before.some(({ vip }) => vip === verdict.vip),
        );
        expect(lost.length < 3 || lost.length * 2 <= before.length).toBe(true);
      }),
    );
  });

  it('every VIP that is not announced has one reason, which no other address of it has', () => {
    fc.assert(
      fc.property(batches, (history) => {
        for (const { addresses, leftOut } of live(history).known.values()) {
          const all = [...addresses, ...leftOut.map(({ address }) => address)];
          expect(new Set(all).size).toBe(all.length);
        }
      }),
    );
  });

  it('a state survives the steps that are made from it', () => {
    fc.assert(
      fc.property(batches, fc.array(input), fc.array(input), (history, one, other) => {
        const { state } = live(history);
        const first = stepServices(state, one);
        stepServices(first.state, other);
        expect(stepServices(state, one).verdicts).toEqual(first.verdicts);
      }),
    );
  });
});
