import { readManifest as readObjects } from '../kubernetes/manifest.ts';
import { list, mapping, type Raw, word } from '../source/raw.ts';
import type { Settings } from './settings.ts';

/** The objects of a manifest; what is not YAML becomes a note. */
const objectsOf = (text: string, notes: string[]): readonly Raw[] => {
  const { objects, findings } = readObjects(text, 'manifest');
  for (const { line, found } of findings) notes.push(`line ${line} could not be read: ${found}`);
  return objects.map(({ raw }) => mapping(raw));
};

const containersOf = (object: Raw): readonly Raw[] => {
  const spec = mapping(object.spec);
  const pod = object.kind === 'Pod' ? spec : mapping(mapping(spec.template).spec);
  return list(pod.containers);
};

const isKubeVip = (container: Raw): boolean =>
  /(^|\/)kube-vip(-iptables)?([:@]|$)/.test(word(container.image)) ||
  list(container.env).some(({ name }) => /^(bgp_enable|cp_enable|svc_enable)$/.test(word(name)));

type ConfigMaps = ReadonlyMap<string, Raw>;

/** A value that stands elsewhere: in a ConfigMap of the same manifest, or out of reach. */
const referenced = (name: string, from: Raw, maps: ConfigMaps, notes: string[]): string | undefined => {
  const field = word(mapping(from.fieldRef).fieldPath);
  const key = mapping(from.configMapKeyRef);
  const value = maps.get(word(key.name))?.[word(key.key)];
  if (value !== undefined) return word(value);
  const secret = mapping(from.secretKeyRef);
  if (name === 'vip_nodename') return undefined;
  if (field !== '')
    notes.push(`${name} is ${field} of each Pod: set it on each node, or leave it to be derived`);
  else if (from.secretKeyRef)
    notes.push(
      `${name} stands in Secret ${word(secret.name)}, key ${word(secret.key)}: import it from an env file`,
    );
  else notes.push(`${name} stands in ConfigMap ${word(key.name)}, which is not in this file`);
  return undefined;
};

const environmentOf = (container: Raw, maps: ConfigMaps, notes: string[]): Map<string, string> => {
  const values = new Map<string, string>();
  for (const from of list(container.envFrom)) {
    const name = word(mapping(from.configMapRef).name);
    const prefix = word(from.prefix);
    const map = maps.get(name);
    for (const [key, value] of Object.entries(map ?? {})) values.set(prefix + key, word(value));
    if (from.secretRef)
      notes.push(`Secret ${word(mapping(from.secretRef).name)} was not read: import it from an env file`);
    else if (!map) notes.push(`ConfigMap ${name} is not in this file`);
  }
  for (const { name, value, valueFrom } of list(container.env)) {
    const known = valueFrom ? referenced(word(name), mapping(valueFrom), maps, notes) : word(value);
    if (known !== undefined) values.set(word(name), known);
  }
  return values;
};

const argumentNotes = (container: Raw): readonly string[] =>
  (Array.isArray(container.args) ? container.args.map(word) : [])
    .filter((argument) => argument.startsWith('-'))
    .map(
      (argument) =>
        `the argument ${argument.replace(/=.*$/su, '')} was not read: only environment variables are`,
    );

/** True when the text is Kubernetes objects rather than an env file. */
export const isManifest = (text: string): boolean => /^\s*(["']?kind["']?\s*:|\{)/m.test(text);

/** Reads the environment of the kube-vip container in a manifest (DaemonSet, Pod or another workload). */
export const readManifest = (text: string): Settings => {
  const notes: string[] = [];
  const objects = objectsOf(text, notes);
  const maps = new Map(
    objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .map((object) => [word(mapping(object.metadata).name), mapping(object.data)]),
  );
  const containers = objects.flatMap(containersOf).filter(isKubeVip);
  const [container] = containers;
  if (!container) return { values: new Map(), notes: [...notes, 'no kube-vip container was found'] };
  if (containers.length > 1)
    notes.push(`only the first of ${containers.length} kube-vip containers was read`);
  const values = environmentOf(container, maps, notes);
  return { values, notes: [...notes, ...argumentNotes(container)] };
};
