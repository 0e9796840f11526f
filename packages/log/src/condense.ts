import { decode } from './encoding.ts';
import type { StoredFact } from './log.ts';

interface Named {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
}

/** The objects that a change in a cluster is about. */
const objectsOf = (data: unknown): readonly string[] => {
  const {
    kind,
    set = [],
    deleted = [],
  } = data as {
    readonly kind?: string;
    readonly set?: readonly Named[];
    readonly deleted?: readonly string[];
  };
  const named = set.map(({ metadata: { namespace, name } = {} }) =>
    namespace === undefined ? name : `${namespace}/${name}`,
  );
  return [...named, ...deleted].map((key) => `${kind} ${key}`);
};

/** What a fact says something about. What was said of it before is history once the fact is there. */
const topicsOf = ({ id, type, subject, data }: StoredFact): readonly string[] => {
  const content = decode(data);
  const { family, prefixes } = content as { readonly family?: string; readonly prefixes?: unknown };
  switch (type.slice(0, type.indexOf('.'))) {
    case 'vip':
      return [subject];
    case 'nexthop':
      return [`${subject} ${family}`];
    case 'session':
      return [`${subject} ${type}`];
    case 'route':
      return Array.isArray(prefixes) ? prefixes.map((prefix) => `${subject} ${prefix}`) : [id];
    case 'kubernetes':
      return type === 'kubernetes.Changed'
        ? objectsOf(content).map((object) => `${subject} ${object}`)
        : [id];
    default:
      // What daemons and people say is little, and nothing else says it again.
      return [id];
  }
};

/**
 * The facts that tell how things are: without those of which everything they speak of is spoken of again later. Every
 * writer keeps its last one. What is left out shows as gaps in chains.
 */
export const condense = (facts: readonly StoredFact[]): readonly StoredFact[] => {
  const told = new Set<string>();
  const isNews = (topic: string): boolean => {
    const size = told.size;
    return told.add(topic).size > size;
  };
  const kept = facts.toReversed().filter((fact) => {
    const fresh = [`${fact.writer} ${fact.epoch}`, ...topicsOf(fact)].filter(isNews);
    return fresh.length > 0;
  });
  return kept.toReversed();
};
