import { type ChildProcess, spawn } from 'node:child_process';
import { describeError, type Outcome, type Probe, printable } from './outcome.ts';

/** The last bytes of output that are kept to find the last line in. */
const TAIL = 4096;
/** Milliseconds that output may come after the exit, as when something left behind holds the pipe. */
const GRACE = 50;
/** What a check may know of the daemon's environment, which may hold credentials. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ'];

const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));

const lastLine = (output: string): string =>
  output
    .split(/[\r\n]+/)
    .map(printable)
    .findLast((line) => line !== '') ?? '';

/** Kills a check and whatever it started in its process group. */
const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
};

const outcomeOf = (code: number | null, signal: string | null, output: string): Outcome => {
  const line = lastLine(output);
  const end = code === null ? `killed by ${signal}` : `exit ${code}`;
  return { healthy: code === 0, detail: line === '' ? end : `${end}: ${line}` };
};

/** Runs a program without a shell, in a process group of its own. Exit 0 is healthy. */
export const probeExec: Probe<readonly string[]> = ([program = '', ...args], giveUp) =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = Buffer.alloc(0);
    let outcome: Outcome | undefined;
    let exit: readonly [number | null, NodeJS.Signals | null] | undefined;
    let grace: NodeJS.Timeout | undefined;

    const keepTail = (chunk: Buffer): void => {
      output = Buffer.concat([output, chunk]).subarray(-TAIL);
    };
    const letGo = (): void => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    // Not even SIGKILL ends a process that hangs in the kernel, so its end is not waited for.
    const end = (): void => {
      killGroup(child);
      letGo();
      resolve(undefined);
    };

    child.stdout.on('data', keepTail);
    child.stderr.on('data', keepTail);
    child.on('error', (error) => {
      outcome = { healthy: false, detail: `cannot run ${printable(program)}: ${describeError(error)}` };
    });
    child.on('exit', (...how) => {
      exit = how;
      grace = setTimeout(letGo, GRACE);
    });
    child.on('close', () => {
      clearTimeout(grace);
      giveUp.removeEventListener('abort', end);
      resolve(outcome ?? (exit && outcomeOf(...exit, output.toString())));
    });
    giveUp.addEventListener('abort', end);
  });
