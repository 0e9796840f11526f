import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that some tests talk to. */
export interface Requirement {
  /** The name suites ask for and reports print. */
  readonly name: string;
  /** Whether it is there. */
  readonly probe: () => boolean;
  /** The Debian package that brings it. */
  readonly debian?: string;
  /** The Go program that it is, with its version, and the folder to put it in. Without either it cannot be installed from here. */
  readonly go?: { readonly program: string; readonly folder: string };
}

/** Programs of our own choosing, out of git's sight and out of the system's. */
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'bin');

const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (...programs: readonly string[]): boolean =>
  programs.every((program) => FOLDERS.some((folder) => isExecutable(join(folder, program))));

const isRoot = (): boolean => process.getuid?.() === 0;

const canUnshare = (): boolean => isRoot() && spawnSync('unshare', ['--net', 'true']).status === 0;

/** Everything the tests need from the machine. A new one is a row here. */
export const REQUIREMENTS = [
  { name: 'namespaces', probe: canUnshare },
  { name: 'iproute2', probe: () => onPath('ip'), debian: 'iproute2' },
  {
    name: 'frr',
    probe: () => isExecutable('/usr/lib/frr/bgpd') && isExecutable('/usr/lib/frr/zebra') && onPath('vtysh'),
    debian: 'frr',
  },
  { name: 'bird2', probe: () => onPath('bird', 'birdc'), debian: 'bird2' },
  { name: 'gobgpd', probe: () => onPath('gobgpd', 'gobgp'), debian: 'gobgpd' },
  {
    name: 'openbgpd',
    probe: () => isExecutable('/usr/sbin/bgpd') && onPath('bgpctl'),
    debian: 'openbgpd',
  },
  { name: 'exabgp', probe: () => onPath('exabgp'), debian: 'exabgp' },
  { name: 'bgpdump', probe: () => onPath('bgpdump'), debian: 'bgpdump' },
  {
    name: 'nats-server 2.14',
    probe: () => isExecutable(join(CACHE, 'nats-server')),
    go: { program: 'github.com/nats-io/nats-server/v2@v2.14.5', folder: CACHE },
  },
  { name: 'nats-server 2.9', probe: () => onPath('nats-server'), debian: 'nats-server' },
] as const satisfies readonly Requirement[];

/** The name of a row of the table. */
export type RequirementName = (typeof REQUIREMENTS)[number]['name'];

/**
 * True when all of these are there; asked while tests are collected.
 *
 * @example `describe.skipIf(!have('namespaces', 'frr'))('frr', …)`
 */
export const have = (...names: readonly RequirementName[]): boolean =>
  REQUIREMENTS.every(({ name, probe }) => !names.includes(name) || probe());

/** The rows whose probe fails now. */
export const missing = (): readonly Requirement[] => REQUIREMENTS.filter(({ probe }) => !probe());

const apt = (...args: readonly string[]): void => {
  execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
};

const POLICY = '/usr/sbin/policy-rc.d';

/** Keeps invoke-rc.d from starting what a package brings, unless the machine has a policy of its own. */
const withoutServices = (work: () => void): void => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(POLICY);
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Debian packages, as root on Debian only. */
const installPackages = (packages: readonly string[]): string | undefined => {
  if (packages.length === 0) return undefined;
  if (!isRoot()) return 'not root';
  if (!existsSync('/etc/debian_version')) return 'not Debian';
  try {
    withoutServices(() => {
      apt('update', '-q');
      apt('install', '-y', '-q', '--no-install-recommends', ...packages);
    });
    return undefined;
  } catch (error) {
    return textOf(error);
  }
};

const buildProgram = ({ program, folder }: NonNullable<Requirement['go']>): string | undefined => {
  if (!onPath('go')) return `no Go to build ${program} with`;
  try {
    const env = { ...process.env, GOBIN: folder };
    execFileSync('go', ['install', program], { stdio: ['ignore', 'ignore', 'pipe'], env });
    return undefined;
  } catch (error) {
    return textOf(error);
  }
};

/** Installs what is missing and installable. Returns why not, or undefined when it tried. */
export const installMissing = (): string | undefined => {
  const absent = missing();
  const failures = [
    installPackages(absent.flatMap(({ debian }) => debian ?? [])),
    ...absent.flatMap(({ go }) => (go === undefined ? [] : [buildProgram(go)])),
  ].filter((failure) => failure !== undefined);
  return failures.length === 0 ? undefined : failures.join('; ');
};
