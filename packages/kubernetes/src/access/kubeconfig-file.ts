import { readFile } from 'node:fs/promises';
import { faultOf } from '../wording.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type AccessProblem, accessProblem, kindOf } from './problem.ts';

/** What one kubeconfig file holds, or several merged. */
export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Fields>;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

const LARGEST = 4 * 1024 * 1024;

/** YAML's own messages quote the line they stumble over, which may hold a token: only code and place are told. */
const parseYaml = async (file: string, text: string): Promise<{ value: unknown } | AccessProblem> => {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return accessProblem(file, '', `${error.code} at line ${line}, column ${col}`, 'YAML');
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return accessProblem(file, '', 'aliases that cannot be followed', 'YAML');
  }
};

const named = (top: Fields, list: string, inner: string): ReadonlyMap<string, Fields> => {
  const entries = new Map<string, Fields>();
  for (const entry of top.list(list)) {
    const name = entry.text('name');
    const fields = entry.map(inner);
    if (name === undefined) entry.refuse('name', 'nothing', 'a name');
    else if (fields !== undefined && !entries.has(name)) entries.set(name, fields);
  }
  return entries;
};

/** Reads one file. A file that is not there is a problem here; see `mergeKubeconfigs` for lists. */
export const readKubeconfig = async (
  file: string,
  problems: AccessProblem[],
): Promise<Kubeconfig | AccessProblem | 'missing'> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const fault = faultOf(error);
    return fault === 'ENOENT' ? 'missing' : accessProblem(file, '', fault, 'a readable kubeconfig file');
  }
  if (text.length > LARGEST)
    return accessProblem(file, '', `${text.length} characters`, `at most ${LARGEST}`);
  const parsed = await parseYaml(file, text);
  if (!('value' in parsed)) return parsed;
  const top = fieldsOf(file, '', parsed.value ?? {}, problems);
  if (top === undefined) return accessProblem(file, '', kindOf(parsed.value), 'a kubeconfig file');
  return {
    files: [file],
    currentContext: top.text('current-context'),
    contexts: named(top, 'contexts', 'context'),
    clusters: named(top, 'clusters', 'cluster'),
    users: named(top, 'users', 'user'),
  };
};

const first = (a: ReadonlyMap<string, Fields>, b: ReadonlyMap<string, Fields>): ReadonlyMap<string, Fields> =>
  new Map([...b, ...a]);

/** As kubectl merges a list of files: what an earlier file says, a later one does not change. */
export const mergeKubeconfigs = (configs: readonly Kubeconfig[]): Kubeconfig =>
  configs.reduce((a, b) => ({
    files: [...a.files, ...b.files],
    currentContext: a.currentContext ?? b.currentContext,
    contexts: first(a.contexts, b.contexts),
    clusters: first(a.clusters, b.clusters),
    users: first(a.users, b.users),
  }));
