import type { LineCounter } from 'yaml';
import { checkDraft } from './check/draft.ts';
import { checkSupport } from './check/unsupported.ts';
import type { Config } from './config.ts';
import { readDraft } from './draft.ts';
import { type Finding, findingAt } from './finding.ts';
import { MOST_PROBLEMS, type Problem, wrongValue } from './problem.ts';
import { resolveConfig } from './resolve/config.ts';
import { type Environment, resolveNode } from './resolve/node.ts';
import { type Composition, composeYaml } from './source/composition.ts';
import { offsetOf } from './source/position.ts';
import { documentValue } from './source/value.ts';

/** A configuration, or every reason why the text is none. */
export type Loaded =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Finding[] }
  | { readonly ok: false; readonly errors: readonly Finding[] };

const EMPTY: Problem = {
  code: 'E_CONFIG_EMPTY',
  path: [],
  found: 'nothing',
  expected: 'at least bgp.localASN',
  text: 'the file is empty; expected at least bgp.localASN',
};

const placeOf = (offset: number, lines: LineCounter): { readonly line: number; readonly column: number } => {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, column: 1 } : { line, column: col };
};

/** Findings in the order of the text, each place and code once, and no more than a reader can use. */
const locate = (problems: readonly Problem[], file: string, source: Composition): readonly Finding[] => {
  const { document, lines } = source;
  const findings = new Map<string, Finding>();
  for (const problem of problems.slice(0, MOST_PROBLEMS)) {
    const offset = problem.offset ?? (document ? offsetOf(document, problem.path, problem.atKey) : 0);
    const finding = findingAt(problem, file, placeOf(offset, lines));
    findings.set(finding.message, finding);
  }
  const sorted = [...findings.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  const last = sorted.at(-1);
  if (problems.length < MOST_PROBLEMS || !last) return sorted;
  const text = 'there may be more errors than are shown';
  const more = {
    code: 'E_CONFIG_TOO_MANY_ERRORS',
    path: [],
    found: 'many errors',
    expected: 'fewer',
    text,
  } as const;
  return [...sorted, findingAt(more, file, last)];
};

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a configuration file: YAML 1.2 within fixed limits of size, depth and aliases, checked against the schema,
 * then against itself. Never throws; says everything that is wrong at once, up to a limit.
 * @param text - the whole file; what the shell finds when reading it (a directory, no permission) is its `unreadable`
 * @param options - `file` for messages, `env` for the node's name
 */
export const loadConfig = (
  text: string,
  { file, env }: { readonly file: string; readonly env: Environment },
): Loaded => {
  const source = composeYaml(text);
  const refuse = (problems: readonly Problem[]): Loaded => ({
    ok: false,
    errors: locate(problems, file, source),
  });
  if (!source.document || source.problems.length > 0) return refuse(source.problems);
  const { value, problems: found } = documentValue(
    source.document,
    (offset) => placeOf(offset, source.lines).line,
  );
  const problems = [...found];
  if (value === null && problems.length === 0) return refuse([EMPTY]);
  if (!isMapping(value))
    return refuse([
      ...problems,
      wrongValue([], Array.isArray(value) ? value : 'text', 'a mapping with bgp, peers and vips'),
    ]);
  const draft = readDraft(value, problems);
  const { errors, warnings } = checkDraft(draft);
  problems.push(...errors, ...checkSupport(value));
  const node = resolveNode(draft.node, env);
  if (typeof node !== 'string') problems.push(node);
  if (problems.length > 0 || !draft.bgp || typeof node !== 'string') return refuse(problems);
  return {
    ok: true,
    config: resolveConfig(draft, draft.bgp, node),
    warnings: locate(warnings, file, source),
  };
};
