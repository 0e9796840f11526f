import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Config, loadConfig } from '@vipcast/config';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/**
 * The text of a file, or of standard input for `-`.
 * @throws Failure when it cannot be read
 */
export const readText = async (io: Io, file: string): Promise<string> => {
  if (file === '-') return io.stdin();
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Failure('E_FILE_UNREADABLE', `${file} cannot be read: ${REASONS[code] ?? message}`);
  }
};

/** The failure of a configuration with findings that stop it from loading. */
export const notValid = (file: string, errors: number): Failure =>
  new Failure(
    'E_CONFIG_INVALID',
    `${file} is not a valid configuration: ${errors === 1 ? '1 error' : `${errors} errors`}`,
    { next: `correct it, then: vipcast check ${file}` },
  );

/**
 * Reads a configuration's text, and says what is wrong with it on stderr, one finding a line.
 * @throws Failure when it is not valid
 */
export const readConfig = (io: Io, file: string, text: string): Config => {
  const nodeName = io.env.NODE_NAME;
  const env = { hostName: hostname(), ...(nodeName ? { nodeName } : {}) };
  const loaded = loadConfig(text, { file, env });
  const findings = loaded.ok ? loaded.warnings : loaded.errors;
  for (const { message } of findings) io.stderr.write(`${loaded.ok ? 'warning: ' : ''}${message}\n`);
  if (loaded.ok) return loaded.config;
  throw notValid(file, findings.length);
};

/**
 * Loads a configuration as `readConfig` does.
 * @throws Failure when the file cannot be read or is not valid
 */
export const loadConfigFile = async (io: Io, file: string): Promise<Config> =>
  readConfig(io, file, await readText(io, file));
