import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConfigFile } from './config-file.ts';

/** Beside this module, as source or as built. */
const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './config-process.ts' : './config-process.js', import.meta.url),
);

const LIMITS = { timeout: 30_000, maxBuffer: 256 * 1024 * 1024 };

/**
 * Reads and checks a configuration file in a process that ends with it. Parsing ten thousand VIPs takes two hundred
 * megabytes and a good part of a second, and a hostile file may take more: none of it is the daemon's.
 */
export const loadConfigFile = (file: string): Promise<ConfigFile> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--max-old-space-size=1024', PROGRAM, file], LIMITS, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout) as ConfigFile);
      else {
        const why = error.killed ? 'reading it took too long' : 'reading it failed';
        resolve({
          ok: false,
          errors: [`${file}: ${why}; is it larger than a configuration can be?`],
          digest: '',
        });
      }
    });
  });
