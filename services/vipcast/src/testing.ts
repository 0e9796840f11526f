import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Draft, type RecordedFact, stamp } from '@vipcast/events';
import { openJournal } from '@vipcast/log';
import { createClock } from '@vipcast/runtime';
import { runProgram } from './program.ts';

/** For tests: when the first fact is decided; each later one a second after. */
export const BEGIN = Date.parse('2025-06-01T10:00:00Z');

/** For tests: a draft, and which node says it because of which earlier fact (by index). */
export interface Said {
  readonly draft: Draft;
  readonly node?: string;
  readonly because?: number;
}

const WRITERS: Readonly<Record<string, string>> = {
  node: 'host',
  vip: 'vip-watcher',
  nexthop: 'next-hop-resolver',
  session: 'speaker',
  route: 'speaker',
  operator: 'operator',
};

/** For tests: one fact, said by node `n1` unless told otherwise. */
export const say = <T extends Draft['type']>(
  type: T,
  data: Draft<T>['data'],
  details: Omit<Said, 'draft'> = {},
): Said => {
  const { vip, peer } = data as { readonly vip?: string; readonly peer?: string };
  return { draft: { type, of: vip ?? peer ?? details.node ?? 'n1', data } as unknown as Draft, ...details };
};

/** For tests: appends facts to a journal, whose `at` begins at `from`. */
export const write = (file: string, said: readonly Said[], from = BEGIN): readonly RecordedFact[] => {
  const log = openJournal(file);
  const writers = new Map<string, ReturnType<typeof log.writer>>();
  const recorded: RecordedFact[] = [];
  try {
    for (const [i, { draft, node = 'n1', because }] of said.entries()) {
      const name = `${node}/${WRITERS[draft.type.split('.')[0]!]}`;
      const writer = writers.get(name) ?? log.writer(name);
      writers.set(name, writer);
      const cause = because === undefined ? undefined : recorded[because];
      const fact = stamp(draft, {
        cluster: 'test',
        node,
        id: `${from + i}-${node}-${i}`,
        at: from + i * 1000,
        cause: cause && { causationId: cause.id, correlationId: cause.correlationId },
      });
      recorded.push(...writer.append([fact]));
    }
  } finally {
    log.close();
  }
  return recorded;
};

/** For tests: a folder that is removed afterwards. */
export const temporaryFolder = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'vipcast-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** For tests: what a command printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** For tests: a command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  out(): string;
  kill(signal: NodeJS.Signals): void;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** For tests: starts the command as a process of its own. */
export const start = (
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
): Running => {
  const { VIPCAST_JOURNAL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...inherited, ...options.env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return {
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))),
    out: () => out,
    kill: (signal) => child.kill(signal),
  };
};

/** For tests: runs the command to its end. */
export const run = (args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> =>
  start(args, options).ended;

/** For tests: runs the command in this process, which is quicker; `columns` makes its output a terminal. */
export const runHere = async (
  args: readonly string[],
  { env = {}, columns }: { readonly env?: Record<string, string>; readonly columns?: number } = {},
): Promise<Ended> => {
  let [code, out, err] = [0, '', ''];
  const isTTY = columns !== undefined;
  const sink = (write: (text: string) => void) => ({
    write,
    isTTY,
    columns: columns ?? Number.POSITIVE_INFINITY,
  });
  await runProgram(args, {
    env,
    stdout: sink((text) => {
      out += text;
    }),
    stderr: sink((text) => {
      err += text;
    }),
    clock: createClock(),
    stdin: () => Promise.resolve(''),
    interrupted: () => new AbortController().signal,
    finish: (status) => {
      code = status;
    },
  });
  return { code, out, err };
};
