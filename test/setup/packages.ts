import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that some tests talk to. */
export interface Requirement {
  /** The name suites ask for and reports print. */
  readonly name: string;
  /** Whether it is there. */
  readonly probe: () => boolean;
  /** The Debian package that brings it; without one it cannot be installed from here. */
  readonly debian?: string;
}

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

/** Installs what is missing and installable; as root on Debian only. Returns why not, or undefined when it tried. */
export const installMissing = (): string | undefined => {
  const absent = missing();
  if (absent.length === 0) return undefined;
  if (!isRoot()) return 'not root';
  const packages = absent.flatMap(({ debian }) => debian ?? []);
  if (packages.length === 0) return undefined;
  if (!existsSync('/etc/debian_version')) return 'not Debian';
  try {
    withoutServices(() => {
      apt('update', '-q');
      apt('install', '-y', '-q', '--no-install-recommends', ...packages);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
