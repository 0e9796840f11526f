import { type Facts, parseSubject, type RecordedFact } from '@vipcast/events';
import type { Batch } from '@vipcast/kubernetes';
import {
  type ClusterNode,
  type EndpointSlice,
  endpointSliceOf,
  type Namespace,
  namespaceOf,
  nodeOf,
  type Projected,
  type Service,
  serviceOf,
} from '@vipcast/vip/kubernetes';
import { WATCHER } from './account.ts';
import type { Standing } from './election.ts';
import type { ListRequest } from './term.ts';
import type { Scope, SharedKind } from './whole-watch.ts';

/** What a node needs of what is told to all. */
export interface Known {
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: ReadonlyMap<string, EndpointSlice>;
  readonly nodes: ReadonlyMap<string, ClusterNode>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

/** What one node told of the cluster in one turn. */
export interface ToldTerm {
  readonly node: string;
  readonly epoch: number;
  readonly scope: Scope;
  readonly server: string;
  readonly known: Known;
  /** Everything was told. */
  readonly listed: boolean;
  /** Something of it was missed. */
  readonly broken: boolean;
}

/** A change of one kind, as it was told. */
export type ToldChange = {
  [K in SharedKind]: {
    readonly kind: K;
    readonly batch: Batch<Known[K] extends ReadonlyMap<string, infer V> ? V : never>;
  };
}[SharedKind];

/** What a fact comes to. */
export type Said =
  | { readonly type: 'changed'; readonly term: ToldTerm; readonly change: ToldChange }
  | { readonly type: 'listed'; readonly term: ToldTerm; readonly answers: readonly string[] }
  | { readonly type: 'requested'; readonly request: ListRequest }
  | { readonly type: 'standing' };

/** Who told what of the cluster, by the log. */
export interface Ledger {
  /** What a fact comes to; `undefined` when that is nothing yet, or none of its business. */
  take(fact: RecordedFact): Said | undefined;
  standings(): readonly Standing[];
  termOf(node: string): ToldTerm | undefined;
}

type Told = 'list' | 'relist' | 'watch';

interface Part {
  readonly set: readonly unknown[];
  readonly deleted: readonly string[];
}

type Page = {
  -readonly [K in Exclude<keyof ToldTerm, 'known'>]: ToldTerm[K];
};

interface OpenTerm extends Page {
  readonly at: number;
  readonly known: { readonly [K in SharedKind]: Map<string, unknown> };
  /** What the fact before this one began to tell. */
  parts: Part[];
  n: number;
}

interface Member {
  offered: boolean;
  unheardAt: number;
  term: OpenTerm | undefined;
}

type Reader = (raw: unknown) => Projected<unknown>;

const keyOf = (value: unknown): string => {
  const { key, name } = value as { readonly key?: string; readonly name?: string };
  return key ?? name ?? '';
};

/** The writer of a node's words about the cluster. */
export const writerOf = (node: string): string => `${node}/shared-watcher`;

/** Nothing was told yet. @param self of slices and Nodes only what concerns it is kept */
export const createLedger = (cluster: string, self: string): Ledger => {
  const members = new Map<string, Member>();
  const readers: { readonly [K in SharedKind]: Reader } = {
    services: (raw) => serviceOf(raw),
    slices: (raw) => endpointSliceOf(raw, self),
    nodes: nodeOf,
    namespaces: namespaceOf,
  };

  const begin = (
    node: string,
    { epoch, at, n }: RecordedFact,
    about: Pick<ToldTerm, 'scope' | 'server' | 'broken'>,
  ): OpenTerm => ({
    ...{ node, epoch, at, n, ...about },
    listed: false,
    known: { services: new Map(), slices: new Map(), nodes: new Map(), namespaces: new Map() },
    parts: [],
  });

  const values = (kind: SharedKind, set: readonly unknown[]) =>
    set.flatMap((raw) => {
      const projected = readers[kind](raw);
      if (!('value' in projected)) return [];
      const { value } = projected;
      const key = keyOf(value);
      return kind === 'nodes' && key !== self ? [] : [{ key, value }];
    });

  const change = (
    term: OpenTerm,
    { kind, told, more, ...part }: Facts['kubernetes.Changed'],
  ): ToldChange | undefined => {
    term.parts.push(part);
    if (more) return undefined;
    const parts = term.parts.splice(0);
    const deleted = parts.flatMap((each) => each.deleted);
    const set = parts.flatMap((each) => values(kind, each.set));
    const known = term.known[kind];
    for (const key of deleted) known.delete(key);
    for (const { key, value } of set) known.set(key, value);
    return { kind, batch: { cause: told as Told, set, deleted } } as ToldChange;
  };

  /** The term that a fact goes on with; one that began unseen, or has a gap, is broken. */
  const goOn = (node: string, member: Member, fact: RecordedFact): OpenTerm => {
    let { term } = member;
    if (term?.epoch !== fact.epoch)
      term = begin(node, fact, { scope: { namespace: null, namespaces: false }, server: '', broken: true });
    else if (fact.n > term.n + 1) term.broken = true;
    member.term = term;
    term.n = fact.n;
    return term;
  };

  const read = (node: string, member: Member, fact: RecordedFact): Said | undefined => {
    switch (fact.type) {
      case 'kubernetes.Offered':
      case 'kubernetes.Retired':
        member.offered = fact.type === 'kubernetes.Offered';
        member.term = undefined;
        return { type: 'standing' };
      case 'kubernetes.TermBegan': {
        const { server, ...scope } = fact.data;
        member.offered = true;
        member.term = begin(node, fact, { scope, server, broken: false });
        return undefined;
      }
      case 'kubernetes.TermEnded':
        member.term = undefined;
        member.unheardAt = fact.data.unheard ? fact.at : 0;
        return { type: 'standing' };
      case 'kubernetes.Changed': {
        const term = goOn(node, member, fact);
        const changed = change(term, fact.data);
        return changed && term.listed && !term.broken
          ? { type: 'changed', term: term as ToldTerm & OpenTerm, change: changed }
          : undefined;
      }
      case 'kubernetes.Listed': {
        const term = goOn(node, member, fact);
        term.listed = true;
        member.unheardAt = 0;
        return { type: 'listed', term: term as ToldTerm & OpenTerm, answers: fact.data.answers };
      }
      case 'kubernetes.ListRequested': {
        // A node that watches for all may ask itself.
        if (member.term?.epoch === fact.epoch) member.term.n = fact.n;
        return { type: 'requested', request: { id: fact.id, anew: fact.data.anew } };
      }
      default:
        return undefined;
    }
  };

  return {
    take: (fact) => {
      const subject = parseSubject(fact.subject);
      if (subject?.cluster !== cluster || subject.id !== WATCHER || fact.writer !== writerOf(subject.node))
        return undefined;
      const member = members.get(subject.node) ?? { offered: false, unheardAt: 0, term: undefined };
      members.set(subject.node, member);
      return read(subject.node, member, fact);
    },
    standings: () =>
      Array.from(members, ([node, { offered, unheardAt, term }]) => ({
        ...{ node, offered, unheardAt },
        since: term?.at,
      })),
    termOf: (node) => members.get(node)?.term as (ToldTerm & OpenTerm) | undefined,
  };
};
