import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { attempt } from './attempt.ts';
import { isRoot } from './executables.ts';

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

/** Installs Debian packages, as root on Debian only. Returns why not, or undefined. */
export const installPackages = (packages: readonly string[]): string | undefined => {
  if (packages.length === 0) return undefined;
  if (!isRoot()) return 'not root';
  if (!existsSync('/etc/debian_version')) return 'not Debian';
  return attempt(() =>
    withoutServices(() => {
      apt('update', '-q');
      apt('install', '-y', '-q', '--no-install-recommends', ...packages);
    }),
  );
};
