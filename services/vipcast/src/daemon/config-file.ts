import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Config, loadConfig } from '@vipcast/config';
import { deriveRouterId } from './router-id.ts';
import { secretProblems } from './secrets.ts';

/** A configuration file as it was read: what it says, or everything that is wrong with it. */
export type ConfigFile =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly digest: string;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly string[]; readonly digest: string };

const MAX_BYTES = 8 * 1024 * 1024;

const explain = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'not readable by this user';
  if (code === 'EISDIR') return 'a directory, not a file';
  return error instanceof Error ? error.message : String(error);
};

/** Reads and checks a configuration file, secrets it points to included. Never throws. */
export const readConfigFile = (file: string): ConfigFile => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return { ok: false, errors: [`${file}: cannot be read: ${explain(error)}`], digest: '' };
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length > MAX_BYTES)
    return {
      ok: false,
      errors: [`${file}: ${bytes.length} bytes is more than the ${MAX_BYTES} accepted`],
      digest,
    };
  const nodeName = process.env.NODE_NAME;
  const env = { hostName: hostname(), ...(nodeName ? { nodeName } : {}) };
  const text = bytes.toString('utf8');
  const loaded = loadConfig(text, { file, env });
  if (!loaded.ok) return { ok: false, errors: loaded.errors.map(({ message }) => message), digest };
  const problems = secretProblems(file, text, loaded.config);
  if (problems.length > 0) return { ok: false, errors: problems.map(({ message }) => message), digest };
  const { config } = loaded;
  const routerId = config.bgp.routerId ?? deriveRouterId(config);
  return {
    ok: true,
    config: { ...config, bgp: { ...config.bgp, routerId } },
    digest,
    warnings: loaded.warnings.map(({ message }) => message),
  };
};
