import type { LineCounter } from 'yaml';
import { type Finding, findingAt } from '../finding.ts';
import { type Composition, composeYaml } from '../source/composition.ts';
import { offsetOf } from '../source/position.ts';
import { documentValue } from '../source/value.ts';
import type { Path } from '../wording.ts';

/** An object of a manifest, and where in the text its fields stand. */
export interface ManifestObject {
  readonly raw: unknown;
  readonly placeOf: (path: Path) => { readonly line: number; readonly column: number };
}

/** What a manifest holds, and what of it is not YAML. */
export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly findings: readonly Finding[];
}

/** A document of a stream, and the line before it. */
interface Part {
  readonly text: string;
  readonly before: number;
}

const SEPARATOR = /^---(?:[ \t].*)?$/;

const partsOf = (text: string): readonly Part[] => {
  const lines = text.split(/\r?\n/);
  const starts = [-1, ...lines.flatMap((line, i) => (SEPARATOR.test(line) ? [i] : []))];
  return starts.map((start, i) => ({
    text: lines.slice(start + 1, starts[i + 1]).join('\n'),
    before: start + 1,
  }));
};

const lineAt = (offset: number, lines: LineCounter, before: number) => {
  const { line, col } = lines.linePos(offset);
  return { line: before + (line || 1), column: col || 1 };
};

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectsOf = (
  { document, lines }: Composition,
  value: unknown,
  before: number,
): readonly ManifestObject[] => {
  const at =
    (prefix: Path): ManifestObject['placeOf'] =>
    (path) =>
      lineAt(document ? offsetOf(document, [...prefix, ...path]) : 0, lines, before);
  if (isMapping(value) && value.kind === 'List' && Array.isArray(value.items))
    return value.items.map((raw: unknown, i) => ({ raw, placeOf: at(['items', i]) }));
  return [{ raw: value, placeOf: at([]) }];
};

/** Reads the objects of a manifest: YAML documents or JSON, lists taken apart, within the limits of `loadConfig`. */
export const readManifest = (text: string, file: string): Manifest => {
  const objects: ManifestObject[] = [];
  const findings: Finding[] = [];
  for (const { text: part, before } of partsOf(text)) {
    if (part.replace(/^\s*#.*$/gm, '').trim() === '') continue;
    const source = composeYaml(part);
    const place = (offset: number) => lineAt(offset, source.lines, before);
    const read = source.document && documentValue(source.document, (offset) => place(offset).line);
    const problems = [...source.problems, ...(read?.problems ?? [])];
    for (const problem of problems) findings.push(findingAt(problem, file, place(problem.offset ?? 0)));
    if (read && problems.length === 0) objects.push(...objectsOf(source, read.value, before));
  }
  return { objects, findings };
};
