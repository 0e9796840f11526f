import { type Clock, createClock } from '@vipcast/runtime';
import type { ExitCode } from './exit-code.ts';

/** A place to write to. */
export interface Sink {
  write(text: string): void;
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
  write: (text) => {
    stream.write(text);
  },
  isTTY: stream.isTTY === true,
  columns: stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY,
});

const readAll = async (): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
};

/** The world of this process. A reader that went away, as in `| head -1`, ends it without a word. */
export const processIo = (): Io => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  return {
    env: process.env,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    clock: createClock(),
    stdin: readAll,
    interrupted: () => {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      return controller.signal;
    },
    finish: (code) => {
      process.exitCode = code;
    },
  };
};
