/** A section, or an element of a list, on its way to text; `undefined` values are left out. */
export type Node = Readonly<Record<string, unknown>>;

/** What reads the same without quotes. */
const PLAIN = /^(?!(?:true|false|null)$)(?:[A-Za-z/][\w./-]*|\d+\.\d+\.\d+\.\d+|\d+(?:ms|s|m|h))$/i;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (node: Node): readonly [string, unknown][] =>
  Object.entries(node).filter(([, value]) => value !== undefined);

const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isNode(value))
    return `{ ${entriesOf(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')} }`;
  return typeof value !== 'string' || PLAIN.test(value) ? String(value) : JSON.stringify(value);
};

const block = (node: Node): readonly string[] =>
  entriesOf(node).map(([key, value]) => `${key}: ${flow(value)}`);

/** A mapping as an element of a list. */
export const listItem = (node: Node): readonly string[] =>
  block(node).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`));

/** A section: a mapping, or a list of mappings. */
export const section = (key: string, value: Node | readonly Node[]): readonly string[] => {
  const lines = isNode(value) ? block(value).map((line) => `  ${line}`) : value.flatMap(listItem);
  return lines.length === 0 ? [] : [`${key}:`, ...lines];
};
