import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Conclusion,
  type Drain,
  type Effect,
  emptyState,
  type HealthCheck,
  type Input,
  type RestoredVip,
  type State,
  step,
  type VipSettings,
} from './index.ts';
import type { ServiceVerdict } from './kubernetes/index.ts';

const ADDRESSES = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2'];
const NAMES = ['a', 'b', '192.0.2.1'];

const check = fc.record({ rise: fc.integer({ min: 1, max: 3 }), fall: fc.integer({ min: 1, max: 3 }) }).map(
  (counts): HealthCheck => ({
    kind: 'tcp',
    target: '127.0.0.1:1',
    interval: 1000,
    timeout: 500,
    ...counts,
  }),
);

/** A configuration in which no address is in two VIPs. */
const settings: fc.Arbitrary<readonly VipSettings[]> = fc
  .record({
    owners: fc.array(fc.option(fc.constantFrom(...NAMES)), { minLength: 4, maxLength: 4 }),
    checks: fc.array(fc.option(check), { minLength: 3, maxLength: 3 }),
    binds: fc.array(fc.constantFrom(null, 'lo', 'dummy0'), { minLength: 3, maxLength: 3 }),
  })
  .map(({ owners, checks, binds }) =>
    NAMES.map((name, i) => ({
      name,
      addresses: ADDRESSES.filter((_, j) => owners[j] === name),
      healthCheck: checks[i] ?? null,
      bind: binds[i] ?? null,
    })).filter(({ addresses }) => addresses.length > 0),
  );

const addresses = fc.uniqueArray(fc.constantFrom(...ADDRESSES, '192.0.2.3', 'nonsense'), {
  minLength: 1,
  maxLength: 3,
});

/** `bind` answers the oldest unanswered wish to bind, if there is one. */
type Happening = Input | { readonly type: 'bind'; readonly works: boolean };

const probe = fc.record({
  type: fc.constantFrom('ProbeSucceeded' as const, 'ProbeFailed' as const),
  vip: fc.constantFrom(...NAMES),
  detail: fc.constant('so it was'),
});
const localHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: settings.map((vips): Input => ({ type: 'ConfigApplied', vips })) },
  { weight: 6, arbitrary: probe },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('bind' as const), works: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('OperatorAnnounce' as const, 'OperatorWithdraw' as const),
      addresses,
      by: fc.constant('alice'),
    }),
  },
);
const verdict = fc
  .record({
    vip: fc.constantFrom('default/a', 'default/b'),
    advertised: fc.boolean(),
    ended: fc.boolean(),
    addresses: fc.uniqueArray(fc.constantFrom(...ADDRESSES), { minLength: 1, maxLength: 2 }),
  })
  .map(({ vip, advertised, ended, addresses }): ServiceVerdict => {
    const about = { vip, object: `Service ${vip}`, uid: '', addresses, leftOut: [], because: 'so it is' };
    const advertisements = null;
    return advertised
      ? { ...about, advertisements, advertised, reason: 'endpoints' }
      : { ...about, advertisements, advertised, reason: ended ? 'deleted' : 'no-endpoints', ended };
  });
const clusterHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .uniqueArray(verdict, { maxLength: 2, selector: ({ vip }) => vip })
    .map((verdicts): Input => ({ type: 'ServicesJudged', verdicts })),
  fc.constant<Input>({ type: 'ServicesSynced' }),
);
const drainHappening: fc.Arbitrary<Happening> = fc.constantFrom<Input>(
  { type: 'OperatorDrain', by: 'alice' },
  { type: 'OperatorUndrain', by: 'alice' },
  { type: 'NodeTold', drain: 'Node n7 has the taint vipcast.io/drain' },
  { type: 'NodeTold', drain: null },
  { type: 'TimerExpired', timer: 'drain' },
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: localHappening },
  { weight: 3, arbitrary: clusterHappening },
  { weight: 2, arbitrary: drainHappening },
);
const history = fc.array(happening, { maxLength: 40 });

/** Everything a run shows to the outside. */
interface World {
  state: State;
  said: Map<string, Extract<Conclusion, { vip: string }>>;
  unanswered: Extract<Effect, { type: 'bind' }>[];
  /** Asked for and not unbound; true once bound. */
  bindings: Map<string, boolean>;
  config: readonly VipSettings[];
  drain: Drain;
  timer: boolean;
  trace: unknown[];
}

const key = (at: { address: string; interface: string }): string => `${at.address}%${at.interface}`;

const inputOf = (world: World, happening: Happening): Input | undefined => {
  if (happening.type === 'TimerExpired') {
    if (!world.timer) return undefined;
    world.timer = false;
  }
  if (happening.type !== 'bind') return happening;
  const wish = world.unanswered.shift();
  if (wish === undefined) return undefined;
  const { address, interface: device } = wish;
  return happening.works
    ? { type: 'BindSucceeded', address, interface: device }
    : { type: 'BindFailed', address, interface: device, because: 'it does not' };
};

const PHASES = { DrainStarted: 'draining', Drained: 'drained', Undrained: 'none' } as const;

const observe = (world: World, input: Input): void => {
  if (input.type === 'ConfigApplied') world.config = input.vips;
  if (input.type === 'BindSucceeded' && world.bindings.has(key(input))) world.bindings.set(key(input), true);
  const { state, effects, conclusions } = step(world.state, input);
  for (const conclusion of conclusions) {
    if ('wishes' in conclusion) world.drain = { phase: PHASES[conclusion.type], wishes: conclusion.wishes };
    if (!('vip' in conclusion)) continue;
    const before = world.said.get(conclusion.vip);
    // Withdrawn is for what was advertised, Withheld for what was not: one verdict at a time.
    if (conclusion.type === 'Withdrawn') expect(before?.type).toBe('Advertised');
    if (conclusion.type === 'Withheld') expect(before?.type).not.toBe('Advertised');
    world.said.set(conclusion.vip, conclusion);
  }
  for (const effect of effects) {
    if (effect.type === 'startTimer') world.timer = true;
    if (effect.type === 'stopTimer') world.timer = false;
    if (effect.type === 'bind') {
      expect(world.bindings.has(key(effect))).toBe(false);
      world.bindings.set(key(effect), false);
      world.unanswered.push(effect);
    }
    if (effect.type === 'unbind') {
      expect(world.bindings.delete(key(effect))).toBe(true);
      world.unanswered = world.unanswered.filter((wish) => key(wish) !== key(effect));
    }
  }
  world.state = state;
  world.trace.push(effects, conclusions);
};

const live = (happenings: readonly Happening[]): World => {
  const world: World = {
    state: emptyState(),
    said: new Map(),
    unanswered: [],
    bindings: new Map(),
    config: [],
    drain: { phase: 'none', wishes: [] },
    timer: false,
    trace: [],
  };
  for (const happening of happenings) {
    const input = inputOf(world, happening);
    if (input) observe(world, input);
  }
  return world;
};

const journal = (world: World): RestoredVip[] =>
  [...world.said].map(([name, { type, vip: _, ...said }]) => {
    return { ...said, name, advertised: type === 'Advertised' } as RestoredVip;
  });

describe('whatever happens', () => {
  it('a VIP is advertised or not, and never both', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        live(happenings);
      }),
    );
  });

  it('the same inputs lead to the same outputs', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        expect(live(happenings).trace).toEqual(live(happenings).trace);
      }),
    );
  });

  it('a state survives the steps that are made from it', () => {
    fc.assert(
      fc.property(history, happening, happening, (happenings, one, other) => {
        const world = live(happenings);
        const [first, second] = [one, other].map((next) => inputOf(world, next));
        fc.pre(first !== undefined && second !== undefined);
        const before = step(world.state, first!);
        step(before.state, second!);
        const again = step(world.state, first!);
        expect([again.effects, again.conclusions]).toEqual([before.effects, before.conclusions]);
      }),
    );
  });

  it('a configuration that is applied again is no news', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const world = live(happenings);
        const again = step(world.state, { type: 'ConfigApplied', vips: world.config });
        expect(again.effects).toEqual([]);
        expect(again.conclusions).toEqual([]);
      }),
    );
  });

  it('an address is bound while it is advertised, and nothing is left bound in the end', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const world = live(happenings);
        for (const { name, bind } of world.config) {
          const said = world.said.get(name);
          if (bind === null || said?.type !== 'Advertised' || world.unanswered.length > 0) continue;
          for (const address of said.addresses) expect(world.bindings.get(`${address}%${bind}`)).toBe(true);
        }
        observe(world, { type: 'Stop' });
        expect([...world.bindings]).toEqual([]);
        expect(world.timer).toBe(false);
      }),
    );
  });

  it('a Service has no address that the configuration or an operator has', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { said: all, state } = live(happenings);
        const said = [...all.values()].filter(({ type }) => type === 'Advertised');
        // What was said stands while another address is being bound, though the old one is given up.
        const taken = said
          .filter(({ source }) => source !== 'kubernetes')
          .flatMap(({ vip, addresses }) =>
            addresses.filter((each) => state.vips.get(vip)?.addresses.includes(each)),
          );
        for (const each of said.filter(({ source }) => source === 'kubernetes'))
          for (const address of each.addresses) expect(taken).not.toContain(address);
      }),
    );
  });

  it('a node that is drained advertises nothing, and one that drains has a timer', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { drain, said, timer, unanswered } = live(happenings);
        const advertised = [...said.values()].filter(({ type }) => type === 'Advertised');
        const reasons = new Set(advertised.map(({ reason }) => reason));
        if (drain.phase === 'drained') expect(advertised).toEqual([]);
        if (drain.phase === 'none' && unanswered.length === 0) expect(reasons).not.toContain('draining');
        expect(timer).toBe(drain.phase === 'draining');
        expect(drain.wishes.length > 0).toBe(drain.phase !== 'none');
      }),
    );
  });

  it('a restart withdraws nothing and remembers what operators withdrew', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const world = live(happenings);
        const restored = step(emptyState(), { type: 'Restored', vips: journal(world), drain: world.drain });
        expect(restored.conclusions).toEqual([]);
        const { conclusions } = step(restored.state, { type: 'ConfigApplied', vips: world.config });
        const withdrawn = [...world.said.values()].filter(({ reason }) => reason === 'operator-withdrew');
        for (const conclusion of conclusions) {
          expect(conclusion.type).not.toBe('Withdrawn');
          if (conclusion.type === 'Advertised')
            expect(withdrawn.map(({ vip }) => vip)).not.toContain(conclusion.vip);
        }
      }),
    );
  });
});
