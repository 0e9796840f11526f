/**
 * Puts together all that the image holds: vipcast as rolldown bundles it, the packages that the bundle leaves outside,
 * the Node that the tests ran with, `ip`, and the libraries of those two. There is no shell, no npm and no package
 * manager in it.
 *
 * Usage: node deploy/container/assemble.ts FOLDER, in a checkout after npm ci, on Debian with iproute2.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const HOME = 'opt/vipcast';
/** What the bundle leaves outside, as in rolldown.config.js. */
const OUTSIDE = ['koffi', 'pino'];
/** 65532 is what other images call nonroot. */
const USERS = 'root:x:0:0:root:/:/\nvipcast:x:65532:65532:vipcast:/var/lib/vipcast:/\n';
const GROUPS = 'root:x:0:\nvipcast:x:65532:\n';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const installed = (name: string): string => join(ROOT, 'node_modules', name);

/** Packages with all that they need and that is installed: an optional one is there for its own platform only. */
const closure = (names: readonly string[], found: Set<string> = new Set()): ReadonlySet<string> => {
  for (const name of names) {
    if (found.has(name) || !existsSync(installed(name))) continue;
    found.add(name);
    const manifest = JSON.parse(readFileSync(join(installed(name), 'package.json'), 'utf8')) as Manifest;
    closure(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }), found);
  }
  return found;
};

/** The files that a program is linked with, the loader too. */
const libraries = (program: string): readonly string[] =>
  execFileSync('ldd', [program], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);

const PROGRAMS: Readonly<Record<string, string>> = {
  'usr/local/bin/node': installed('node/bin/node'),
  'usr/bin/ip': '/usr/bin/ip',
};

/** Where in the image, and from where; folders whole. */
const contents = (): ReadonlyMap<string, string> =>
  new Map([
    [`${HOME}/dist`, join(ROOT, 'services/vipcast/dist')],
    [`${HOME}/package.json`, join(ROOT, 'services/vipcast/package.json')],
    ...['own.js', 'ask.js'].map((file) => [`${HOME}/${file}`, join(import.meta.dirname, file)] as const),
    ...[...closure(OUTSIDE)].map((name) => [`${HOME}/node_modules/${name}`, installed(name)] as const),
    ['usr/local/bin/vipcast', join(import.meta.dirname, 'vipcast')],
    ...Object.entries(PROGRAMS),
    ...Object.values(PROGRAMS).flatMap((program) => libraries(program).map((file) => [file, file] as const)),
    ['etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
  ]);

const WRITTEN = { 'etc/passwd': USERS, 'etc/group': GROUPS, 'etc/nsswitch.conf': 'hosts: files dns\n' };

/** Where the daemon may write, whoever it is; a Pod mounts volumes there. */
const OPEN = ['tmp', 'var/lib/vipcast'];

const assemble = (out: string): void => {
  rmSync(out, { recursive: true, force: true });
  for (const [to, from] of contents()) cpSync(from, join(out, to), { recursive: true, dereference: true });
  for (const [to, text] of Object.entries(WRITTEN)) writeFileSync(join(out, to), text);
  for (const folder of OPEN) {
    mkdirSync(join(out, folder), { recursive: true });
    chmodSync(join(out, folder), 0o1777);
  }
};

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error('usage: assemble.ts FOLDER');
assemble(out);
