import { type Clock, createClock } from '@vipcast/runtime';
import type { ExitCode } from './exit-code.ts';
import { describeFailure, Failure } from './failure.ts';

/** A place to write to. */
export interface Sink {
  write(data: string | Uint8Array): void;
  readonly isTTY: boolean;
  /** Of the terminal; unbounded when there is none. */
  readonly columns: number;
}

/** The world around a command. Data goes to `stdout`, progress and hints to `stderr`. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  /** All of standard input. */
  stdin(): Promise<string>;
  /** Aborted by Ctrl-C, for commands that run until then. */
  interrupted(): AbortSignal;
  /** What the process will exit with, unless a failure says otherwise. */
  finish(code: ExitCode): void;
}

const sink = (stream: NodeJS.WriteStream): Sink => ({
  write: (data) => {
    stream.write(data);
  },
  isTTY: stream.isTTY === true,
  columns: stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY,
});

const readAll = async (): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
};

/** A reader that went away, as in `| head -1`, ends the process without a word; a full disk is said where it can be. */
const endOn = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit();
  const failure = new Failure('E_OUTPUT', `the output cannot be written: ${error.message}`);
  process.stderr.write(describeFailure(failure));
  process.exit(failure.exit);
};

/** The world of this process. */
export const processIo = (): Io => {
  process.stdout.on('error', endOn);
  // Nobody is left to tell, and a daemon goes on without a reader of its log.
  process.stderr.on('error', () => {});
  return {
    env: process.env,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    clock: createClock(),
    stdin: readAll,
    interrupted: () => {
      const controller = new AbortController();
      // More than once: under npm a Ctrl-C comes from the terminal and from npm, and neither may cut the end short.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
      return controller.signal;
    },
    finish: (code) => {
      process.exitCode = code;
    },
  };
};
