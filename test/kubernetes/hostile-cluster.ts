/** A cluster behind a hostile server: it lists and watches as it should, objects that no API server would let in. */
import { type Hostile, type Reply, startHostile, type Wire } from './hostile.ts';
import { answer, listOf } from './hostile-replies.ts';
import type { KubernetesObject } from './object.ts';

/** The last part of a collection's path. */
export type Plural = 'services' | 'endpointslices' | 'nodes';

/** What happens to an object. */
export type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

/** The objects, and what is said of them. */
export interface HostileCluster extends AsyncDisposable {
  readonly hostile: Hostile;
  /** Lists have the object from now on, or have it no more, and watches that are open say so. */
  put(plural: Plural, ...objects: readonly KubernetesObject[]): void;
  remove(plural: Plural, ...objects: readonly KubernetesObject[]): void;
  /** Says these on open watches as one piece, and changes no list. */
  say(plural: Plural, ...events: readonly object[]): void;
  /** Answers the next lists so, one reply each, and then in good order again. */
  spoilLists(plural: Plural, ...replies: readonly Reply[]): void;
  /** The same for watches. */
  spoilWatches(plural: Plural, ...replies: readonly Reply[]): void;
  /** How many watches are open, and how many were opened so far. */
  watches(): { readonly open: number; readonly opened: number };
  /** How many spoilt replies are still to come. */
  left(): number;
  /** Ends the watches: told that the past is gone, or, with false, in good order. */
  endWatches(gone?: boolean): void;
}

const GONE = {
  type: 'ERROR',
  object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 },
};

const keyOf = ({ metadata: { namespace = '', name } }: KubernetesObject): string => `${namespace}/${name}`;
const pluralOf = (path: string): Plural => path.split('/').at(-1) as Plural;

/** Starts one without objects. */
export const startHostileCluster = async (): Promise<HostileCluster> => {
  const hostile = await startHostile();
  const objects = new Map<Plural, Map<string, KubernetesObject>>();
  const watches = new Map<Wire, Plural>();
  const spoilt = { lists: new Map<Plural, Reply[]>(), watches: new Map<Plural, Reply[]>() };
  /** What happened, for watches that go on from some version. */
  const past: { readonly plural: Plural; readonly version: number; readonly event: object }[] = [];
  let version = 1;
  let opened = 0;

  const of = (plural: Plural): Map<string, KubernetesObject> => {
    const found = objects.get(plural) ?? new Map<string, KubernetesObject>();
    objects.set(plural, found);
    return found;
  };
  const newVersion = (object: KubernetesObject): KubernetesObject => {
    version++;
    const { metadata } = object;
    return {
      ...object,
      metadata: { uid: `uid-${metadata.name}`, ...metadata, resourceVersion: `${version}` },
    };
  };
  const say = (plural: Plural, ...events: readonly object[]): void => {
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    for (const [{ response }, watched] of watches) if (watched === plural) response.write(text);
  };

  const happen = (plural: Plural, type: Change, object: KubernetesObject): void => {
    const event = { type, object };
    past.push({ plural, version, event });
    say(plural, event);
  };

  hostile.list((wire, asked) => {
    if (asked.method !== 'GET') return answer(201, {})(wire, asked);
    const plural = pluralOf(asked.path);
    const reply = spoilt.lists.get(plural)?.shift();
    return (reply ?? answer(200, listOf('Object', [...of(plural).values()], `${version}`)))(wire, asked);
  });
  hostile.watch((wire, asked) => {
    const plural = pluralOf(asked.path);
    const reply = spoilt.watches.get(plural)?.shift();
    if (reply !== undefined) return reply(wire, asked);
    wire.response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    watches.set(wire, plural);
    opened++;
    const since = Number(asked.query.get('resourceVersion'));
    for (const each of past)
      if (each.plural === plural && each.version > since)
        wire.response.write(`${JSON.stringify(each.event)}\n`);
    wire.response.once('close', () => watches.delete(wire));
  });

  return {
    hostile,
    say,
    put: (plural, ...changed) => {
      for (const object of changed) {
        const type: Change = of(plural).has(keyOf(object)) ? 'MODIFIED' : 'ADDED';
        const next = newVersion(object);
        of(plural).set(keyOf(object), next);
        happen(plural, type, next);
      }
    },
    remove: (plural, ...gone) => {
      for (const object of gone) {
        of(plural).delete(keyOf(object));
        happen(plural, 'DELETED', newVersion(object));
      }
    },
    spoilLists: (plural, ...replies) => spoilt.lists.set(plural, [...replies]),
    spoilWatches: (plural, ...replies) => spoilt.watches.set(plural, [...replies]),
    watches: () => ({ open: watches.size, opened }),
    left: () => [...spoilt.lists.values(), ...spoilt.watches.values()].flat().length,
    endWatches: (gone = true) => {
      for (const { response } of watches.keys()) response.end(gone ? `${JSON.stringify(GONE)}\n` : '');
    },
    [Symbol.asyncDispose]: () => hostile[Symbol.asyncDispose](),
  };
};
