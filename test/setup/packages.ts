import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages } from './debian.ts';
import { CACHE, isExecutable, isRoot, onPath } from './executables.ts';
import { buildProgram, installProgram } from './go.ts';
import { KUBERNETES_REQUIREMENTS } from './kubernetes.ts';
import { unpackArchive } from './npm-archive.ts';
import type { Requirement } from './requirement.ts';

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
  { name: 'openssl', probe: () => onPath('openssl'), debian: 'openssl' },
  { name: 'unzip', probe: () => onPath('unzip'), debian: 'unzip' },
  ...KUBERNETES_REQUIREMENTS,
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

/** What these rows give for one way of installing, each once. */
const each = <Key extends keyof Requirement>(rows: readonly Requirement[], way: Key) => [
  ...new Set(rows.map((row) => row[way]).filter((value) => value !== undefined)),
];

/** Installs what is missing and installable. Returns why not, or undefined when it tried. */
export const installMissing = (): string | undefined => {
  const absent = missing();
  const failures = [
    installPackages(each(absent, 'debian')),
    ...each(absent, 'go').map(installProgram),
    ...each(absent, 'goModule').map(buildProgram),
    ...each(absent, 'archive').map(unpackArchive),
  ].filter((failure) => failure !== undefined);
  return failures.length === 0 ? undefined : failures.join('; ');
};
