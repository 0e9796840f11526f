import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { MOST_PROBLEMS, type Problem } from '../problem.ts';

/** Nodes a file may have once its aliases stand for what they name. */
const MOST_NODES = 1_000_000;

interface Walk {
  readonly path: (string | number)[];
  readonly problems: Problem[];
  /** What an anchor names, and how many nodes that is. */
  readonly anchors: Map<string, { readonly value: unknown; readonly nodes: number }>;
  readonly lineOf: (offset: number) => number;
  nodes: number;
}

const complain = (
  walk: Walk,
  node: { readonly range?: readonly number[] | null | undefined },
  what: Pick<Problem, 'code' | 'found' | 'expected' | 'text'>,
): void => {
  if (walk.problems.length < MOST_PROBLEMS)
    walk.problems.push({ ...what, path: [...walk.path], offset: node.range?.[0] ?? 0 });
};

const entries = (map: YAMLMap, walk: Walk): Record<string, unknown> => {
  // Without a prototype `__proto__` is a key like any other, and so an unknown one.
  const object: Record<string, unknown> = Object.create(null);
  const firsts = new Map<string, number>();
  for (const { key, value } of map.items) {
    // `stringKeys` has made a syntax error of any other key.
    if (!isScalar(key) || typeof key.value !== 'string') continue;
    const name = key.value;
    const offset = key.range?.[0] ?? 0;
    const first = firsts.get(name);
    walk.path.push(name);
    if (first === undefined) {
      firsts.set(name, offset);
      object[name] = nodeValue(value as ParsedNode | null, walk);
    } else
      complain(walk, key, {
        code: 'E_CONFIG_DUPLICATE_KEY',
        found: 'the key again',
        expected: 'each key once',
        text: `given twice; the first stands on line ${walk.lineOf(first)}`,
      });
    walk.path.pop();
  }
  return object;
};

const named = (anchor: string, node: ParsedNode, walk: Walk): unknown => {
  const known = walk.anchors.get(anchor);
  walk.nodes += known?.nodes ?? 0;
  if (known && walk.nodes <= MOST_NODES) return known.value;
  complain(walk, node, {
    code: 'E_CONFIG_ALIASES',
    found: 'an alias',
    expected: known ? `at most ${MOST_NODES} values in all` : 'an anchor set further up',
    text: known ? 'the aliases expand to too many values' : 'the alias names no anchor further up',
  });
  return null;
};

const nodeValue = (node: ParsedNode | null, walk: Walk): unknown => {
  const before = walk.nodes++;
  if (node === null) return null;
  if (isAlias(node)) return named(node.source, node, walk);
  const value = isScalar(node)
    ? node.value
    : isMap(node)
      ? entries(node, walk)
      : isSeq(node)
        ? node.items.map((item, i) => {
            walk.path.push(i);
            const element = nodeValue(item as ParsedNode | null, walk);
            walk.path.pop();
            return element;
          })
        : null;
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, { value, nodes: walk.nodes - before });
  return value;
};

/**
 * The plain value of a document, aliases shared and not copied, with a problem for each key given twice and each
 * alias that names nothing or too much.
 */
export const documentValue = (
  document: Document<ParsedNode>,
  lineOf: (offset: number) => number,
): { readonly value: unknown; readonly problems: readonly Problem[] } => {
  const walk: Walk = { path: [], problems: [], anchors: new Map(), lineOf, nodes: 0 };
  return { value: nodeValue(document.contents, walk), problems: walk.problems };
};
