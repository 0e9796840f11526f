import { execFile } from 'node:child_process';

/** How a run of `ip` ended: its output, or its complaint and whether there is such a command here at all. */
export type IpOutcome =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly missing: boolean; readonly complaint: string };

const TIMEOUT_MS = 5_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

const firstLine = (text: string): string => text.trimStart().split('\n', 1)[0] ?? '';

/** Runs iproute2's `ip` with these arguments, without a shell. Never rejects. */
export const runIp = (...args: readonly string[]): Promise<IpOutcome> =>
  new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT };
    execFile('ip', args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, output: stdout });
      const complaint = firstLine(stderr).replace(/^(RTNETLINK answers|Error): /, '') || error.message;
      resolve({ ok: false, missing: error.code === 'ENOENT', complaint });
    });
  });
