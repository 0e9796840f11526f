import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failure, object, page } from '../api-server-fixture.ts';
import type { JsonObject } from '../json.ts';
import { localError, statusError } from '../request/api-error.ts';
import { createReflector } from './reflector.ts';
import { spec } from './reflector-fixture.ts';
import type { Batch, ReflectorEffect, ReflectorInput } from './reflector-input.ts';

/** A server that is all history: every change is an event, and forgets what lies before `compacted`. */
const createModel = () => {
  const live = new Map<string, JsonObject>();
  const history: { type: string; object: JsonObject }[] = [];
  let compacted = 0;
  const version = () => String(history.length);
  const write = (type: string, name: string, uid: string, value: string): JsonObject => {
    const next = object(name, uid, String(history.length + 1), value);
    history.push({ type, object: next });
    return next;
  };
  return {
    live,
    history,
    version,
    put: (name: string, value: string) => {
      const known = live.get(name)?.metadata as JsonObject | undefined;
      const uid = String(known?.uid ?? `u${history.length}`);
      live.set(name, write(known === undefined ? 'ADDED' : 'MODIFIED', name, uid, value));
    },
    remove: (name: string) => {
      const known = live.get(name);
      if (known === undefined) return;
      live.delete(name);
      write('DELETED', name, String((known.metadata as JsonObject).uid), String(known.spec));
    },
    compact: () => {
      compacted = history.length;
    },
    knows: (from: number) => from >= compacted,
  };
};

type Deed =
  | { readonly do: 'put'; readonly name: string; readonly value: string }
  | { readonly do: 'remove'; readonly name: string }
  | { readonly do: 'compact' | 'reset' | 'end' | 'bookmark' | 'repeat' | 'garble' | 'error410' }
  /** The network moves: one page, one event or one pause. */
  | { readonly do: 'move' | 'fail' };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put' as const), name, value: fc.constantFrom('x', 'y', 'z') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  { weight: 8, arbitrary: fc.constant({ do: 'move' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('compact', 'reset', 'end', 'bookmark', 'repeat', 'garble', 'error410', 'fail'),
    }),
  },
);

/** A reflector on a model, and the copy that a consumer makes of what it is told. */
const play = (deeds: readonly Deed[], pageSize: number) => {
  const model = createModel();
  const copy = new Map<string, string>();
  const reflector = createReflector({ project: spec, random: () => 0.5, silenceMs: 90_000 });
  let now = 0;
  let wanted: ReflectorEffect<string> | undefined;
  let snapshot: { items: JsonObject[]; version: string } | undefined;
  let position: number | undefined;

  const apply = ({ set, deleted }: Batch<string>): void => {
    for (const key of deleted) {
      expect(copy.has(key)).toBe(true);
      copy.delete(key);
    }
    for (const { key, value } of set) copy.set(key, value);
  };
  const take = (input: ReflectorInput): void => {
    for (const effect of reflector.take(input, now)) {
      if (effect.type === 'deliver') apply(effect.batch);
      if (effect.type === 'closeWatch') position = undefined;
      if (effect.type === 'list' || effect.type === 'watch' || effect.type === 'startPause') wanted = effect;
    }
  };
  const say = (event: unknown): void => {
    take({ type: 'EventArrived', event });
    take({ type: 'ChunkTaken' });
  };
  const lose = (input: ReflectorInput): void => {
    if (position === undefined) return;
    position = undefined;
    take(input);
  };
  const giveList = (from: string): void => {
    if (from === '' || snapshot === undefined)
      snapshot = { items: [...model.live.values()], version: model.version() };
    const start = Number(from || 0);
    const next = start + pageSize < snapshot.items.length ? String(start + pageSize) : undefined;
    if (from !== '' && !model.knows(Number(snapshot.version)))
      take({ type: 'ListFailed', error: statusError(failure(410, 'Expired')) });
    else
      take({
        type: 'PageArrived',
        body: page(snapshot.items.slice(start, start + pageSize), snapshot.version, next),
      });
  };
  const openWatch = (resourceVersion: string): void => {
    if (model.knows(Number(resourceVersion))) {
      position = Number(resourceVersion);
      take({ type: 'WatchOpened' });
    } else take({ type: 'WatchFailed', error: statusError(failure(410, 'Expired')) });
  };
  const move = (fails: boolean): void => {
    const next = wanted;
    wanted = undefined;
    const error = localError('Unreachable', 'reset');
    if (next?.type === 'startPause') {
      now += next.ms;
      take({ type: 'PauseExpired' });
    } else if (next?.type === 'list') fails ? take({ type: 'ListFailed', error }) : giveList(next.continue);
    else if (next?.type === 'watch')
      fails ? take({ type: 'WatchFailed', error }) : openWatch(next.resourceVersion);
    else if (position !== undefined && position < model.history.length) say(model.history[position++]);
  };

  const connected = (run: (at: number) => void) => () => {
    if (position !== undefined) run(position);
  };
  const acts: { readonly [deed in Exclude<Deed['do'], 'put' | 'remove'>]: () => void } = {
    compact: model.compact,
    reset: () => lose({ type: 'WatchFailed', error: localError('Unreachable', 'reset') }),
    end: () => lose({ type: 'WatchEnded' }),
    garble: connected(() => take({ type: 'LineMalformed', because: 'garbled' })),
    error410: connected(() => say({ type: 'ERROR', object: failure(410, 'Expired') })),
    repeat: connected((at) => (at === 0 ? undefined : say(model.history[at - 1]))),
    bookmark: connected((at) =>
      say({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(at) } } }),
    ),
    move: () => move(false),
    fail: () => move(true),
  };
  const act = (one: Deed): void => {
    now += 700;
    if (one.do === 'put') model.put(one.name, one.value);
    else if (one.do === 'remove') model.remove(one.name);
    else acts[one.do]();
  };

  take({ type: 'Started' });
  for (const one of deeds) act(one);
  // Left alone, it catches up.
  for (let i = 0; i < 100; i++) move(false);
  const truth = new Map([...model.live].map(([key, { spec: value }]) => [`default/${key}`, String(value)]));
  return { copy, truth, size: reflector.size() };
};

it('whatever happens, the copy becomes what the server has, and no deletion is missed or made up', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 120 }), fc.integer({ min: 1, max: 5 }), (deeds, pageSize) => {
      const { copy, truth, size } = play(deeds, pageSize);
      expect(copy).toEqual(truth);
      expect(size).toBe(truth.size);
    }),
    { numRuns: 2000 },
  );
});
