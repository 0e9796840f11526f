import { execFile } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { discreet } from '../wording.ts';
import {
  type ClusterInfo,
  type ExecPlugin,
  execInfo,
  type Issued,
  readCredential,
} from './exec-credential.ts';
import type { Credentials } from './identity.ts';

const TIMEOUT_MS = 60_000;
const LARGEST_OUTPUT = 1024 * 1024;

/** Credentials of a program, kept until they expire or are doubted. */
export interface ExecSource {
  readonly read: () => Promise<Credentials>;
  readonly doubt: () => void;
}

interface ExecOptions {
  readonly cluster: () => Promise<ClusterInfo>;
  readonly env: { readonly [name: string]: string | undefined };
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

type Failure = Error & { readonly code?: string | number | null; readonly killed?: boolean };

const failureOf = (plugin: ExecPlugin, error: Failure, stderr: string, timeoutMs: number): string => {
  if (error.code === 'ENOENT')
    return `is not there${plugin.installHint === '' ? '' : `: ${discreet(plugin.installHint)}`}`;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than 1 MiB';
  if (error.killed === true) return `took longer than ${timeoutMs / 1000} s`;
  const said = discreet(stderr.trim().split('\n').at(-1) ?? '');
  return `failed with ${error.code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`;
};

/** Runs the program once. */
const run = async (plugin: ExecPlugin, options: ExecOptions): Promise<Issued | string> => {
  const { env, cluster, timeoutMs = TIMEOUT_MS } = options;
  const info = execInfo(plugin, await cluster());
  return new Promise((resolve) => {
    const child = execFile(
      plugin.command,
      plugin.args,
      {
        env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST_OUTPUT,
      },
      (error, stdout, stderr) => {
        resolve(
          error === null
            ? readCredential(plugin, stdout)
            : failureOf(plugin, error as Failure, stderr, timeoutMs),
        );
      },
    );
    child.stdin?.end();
  });
};

/** Asks the program when there is nothing that still holds; many askers share one run. */
export const execSource = (plugin: ExecPlugin, options: ExecOptions): ExecSource => {
  let issued: Issued | undefined;
  let doubted = false;
  let running: Promise<Credentials> | undefined;

  const holds = (): boolean =>
    issued !== undefined &&
    !doubted &&
    (issued.expiresAt === undefined || options.clock.wall() < issued.expiresAt);

  const ask = async (): Promise<Credentials> => {
    doubted = false;
    const answer = await run(plugin, options);
    running = undefined;
    if (typeof answer !== 'string') {
      issued = answer;
      return answer;
    }
    doubted = true;
    const trouble = `${plugin.command} ${answer}`;
    return { token: issued?.token, certificate: issued?.certificate, key: issued?.key, trouble };
  };

  return {
    read: async () => {
      if (issued !== undefined && holds()) return issued;
      running ??= ask();
      return running;
    },
    doubt: () => {
      doubted = true;
    },
  };
};
