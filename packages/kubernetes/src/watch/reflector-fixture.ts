import type { JsonObject } from '../json.ts';
import type { KubernetesObject } from './object.ts';
import { createReflector, type Reflector } from './reflector.ts';
import type { Batch, ReflectorEffect, ReflectorInput } from './reflector-input.ts';

/** Keeps an object's spec, if that is a text; `none of ours` is just that, and `throw` throws. */
export const spec = (object: KubernetesObject): string | null | undefined => {
  if (object.spec === 'throw') throw new Error('no such spec');
  if (object.spec === 'none of ours') return null;
  return typeof object.spec === 'string' ? object.spec : undefined;
};

/** A reflector and a clock that stands still. */
export interface Held {
  readonly reflector: Reflector<string>;
  /** Takes inputs one after the other; answers with all their effects. */
  readonly take: (...inputs: readonly ReflectorInput[]) => readonly ReflectorEffect<string>[];
  readonly advance: (ms: number) => void;
}

/** Chance is 0, so that every pause is the shortest. */
export const held = (silenceMs = 90_000): Held => {
  let now = 1000;
  const reflector = createReflector({ project: spec, random: () => 0, silenceMs });
  return {
    reflector,
    take: (...inputs) => inputs.flatMap((input) => [...reflector.take(input, now)]),
    advance: (ms) => {
      now += ms;
    },
  };
};

/** One that has listed `items` at `resourceVersion` and whose watch is open. */
export const watching = (items: readonly JsonObject[], resourceVersion = '10'): Held => {
  const one = held();
  const body = { metadata: { resourceVersion }, items };
  one.take({ type: 'Started' }, { type: 'PageArrived', body }, { type: 'WatchOpened' });
  return one;
};

/** The input of one event. */
export const event = (type: string, object: unknown): ReflectorInput => ({
  type: 'EventArrived',
  event: { type, object },
});

/** The end of a chunk. */
export const chunkTaken: ReflectorInput = { type: 'ChunkTaken' };

/** The batches among effects. */
export const batches = (effects: readonly ReflectorEffect<string>[]): readonly Batch<string>[] =>
  effects.filter((effect) => effect.type === 'deliver').map(({ batch }) => batch);
