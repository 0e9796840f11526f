import { type ChildProcess, spawn as startProcess } from 'node:child_process';

/** What a finished command left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of ours and whatever it forked, alive until it is told otherwise. */
export interface Running {
  readonly pid: number;
  /** Everything written to stdout so far. */
  stdout(): string;
  /** Everything written to stderr so far. */
  stderr(): string;
  alive(): boolean;
  /** Signals the whole process group: daemons that fork workers die as one. */
  signal(name: NodeJS.Signals): void;
  /** Settles when the process has gone and its pipes are drained, or a second after it has gone: a child that left
   * the group may hold them open. */
  readonly exited: Promise<Ending>;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Settings of a process: its folder, and variables added to ours. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const groups = new Set<number>();

const signalGroup = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name);
  } catch {
    // Already gone, which is what every caller wants.
  }
};

// A test run that throws or is interrupted must not leave daemons behind.
process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

const inside = (namespace: string | null, argv: readonly string[]): readonly string[] =>
  namespace === null ? argv : ['ip', 'netns', 'exec', namespace, ...argv];

const collect = (child: ChildProcess, name: 'stdout' | 'stderr'): (() => string) => {
  const chunks: string[] = [];
  child[name]?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  return () => chunks.join('');
};

/**
 * Starts a long-running program, in a network namespace or, with null, in ours. `ip netns exec` replaces itself with
 * the program, so the pid is the program's own.
 */
export const spawn = (
  namespace: string | null,
  argv: readonly string[],
  { cwd, env }: Surroundings = {},
): Running => {
  const [file, ...args] = inside(namespace, argv);
  const child = startProcess(file!, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`cannot start ${argv.join(' ')}`);
  groups.add(pid);
  let alive = true;
  const stdout = collect(child, 'stdout');
  const stderr = collect(child, 'stderr');
  const { promise: exited, resolve } = Promise.withResolvers<Ending>();
  child.once('close', (code, signal) => resolve({ code, signal }));
  child.once('exit', (code, signal) => {
    alive = false;
    setTimeout(resolve, 1000, { code, signal }).unref();
  });
  return { pid, stdout, stderr, alive: () => alive, signal: (name) => signalGroup(pid, name), exited };
};

/** Ends a process group: SIGTERM, and after `grace` milliseconds SIGKILL. */
export const stop = async (running: Running, grace = 5000): Promise<void> => {
  running.signal('SIGTERM');
  const timer = setTimeout(() => running.signal('SIGKILL'), grace);
  await running.exited;
  clearTimeout(timer);
  running.signal('SIGKILL');
};

/** Runs a command to its end; a code other than 0 is part of the answer. Killed after `timeout` milliseconds. */
export const exec = async (
  namespace: string | null,
  argv: readonly string[],
  { timeout = 30_000, input, ...surroundings }: Surroundings & { timeout?: number; input?: string } = {},
): Promise<Outcome> => {
  const [file, ...args] = inside(namespace, argv);
  const child = startProcess(file!, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...surroundings.env },
    timeout,
    killSignal: 'SIGKILL',
    ...(surroundings.cwd === undefined ? {} : { cwd: surroundings.cwd }),
  });
  const stdout = collect(child, 'stdout');
  const stderr = collect(child, 'stderr');
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout: stdout(), stderr: stderr() }));
  });
};

/** Runs a command that must succeed and returns its stdout. */
export const run = async (
  namespace: string | null,
  argv: readonly string[],
  input?: string,
): Promise<string> => {
  const { code, stdout, stderr } = await exec(namespace, argv, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr || stdout}`);
  return stdout;
};
