import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../interop/node-binary.ts';
import { helm } from '../kubernetes/helm.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

export const CHART = join(ROOT, 'deploy', 'helm', 'vipcast');
export const MANIFESTS = join(ROOT, 'deploy', 'manifests');
/** The release's name and its namespace. */
export const RELEASE = 'vipcast';

/** What a Pod runs, in the words that matter here. */
export interface PodSpec {
  readonly hostNetwork: boolean;
  readonly serviceAccountName: string;
  readonly securityContext: { readonly runAsUser: number; readonly runAsNonRoot: boolean };
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly tolerations: readonly { readonly key: string }[];
  readonly volumes: readonly { readonly name: string; readonly [source: string]: unknown }[];
}

/** A container of it. */
export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: {
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly exec: { readonly command: readonly string[] };
}

/** `values` as flags of helm: lists and maps are merged as from a values file. */
export const valueFlags = (values: object): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);

/** The chart's output as it is; throws what helm says when it refuses. */
export const renderText = (values: object = {}, ...flags: readonly string[]): Promise<string> =>
  helm(['template', RELEASE, CHART, '--namespace', RELEASE, ...valueFlags(values), ...flags]);

/** The chart's objects. */
export const render = async (values: object = {}): Promise<readonly KubernetesObject[]> =>
  parseAllDocuments(await renderText(values)).map((document) => document.toJS() as KubernetesObject);

/** The one object of a kind. */
export const ofKind = <T = KubernetesObject>(objects: readonly KubernetesObject[], kind: string): T => {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0] as T;
};

/** What the DaemonSet's Pods run. */
export const podOf = (objects: readonly KubernetesObject[]): PodSpec =>
  ofKind<{ spec: { template: { spec: PodSpec } } }>(objects, 'DaemonSet').spec.template.spec;

/** The text of vipcast.yaml, and what it says. */
export const configurationOf = (
  objects: readonly KubernetesObject[],
): { readonly text: string; readonly value: unknown } => {
  const { data } = ofKind<{ data: Record<string, string> }>(objects, 'ConfigMap');
  const text = data['vipcast.yaml']!;
  return { text, value: parse(text) };
};
