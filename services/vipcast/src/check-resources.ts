import {
  type Config,
  type Labels,
  type ManifestObject,
  mergeResources,
  type ReadResource,
  type ResourceReference,
  readManifest,
  resourceOf,
} from '@vipcast/config';
import { readText } from './configuration-file.ts';
import type { Io } from './io.ts';

/** Where resources stand, and the labels of the node that they are checked for. */
export interface ResourceOptions {
  /** Manifests. */
  readonly resources?: readonly string[];
  /** Beside `kubernetes.io/hostname`. */
  readonly nodeLabels?: Labels;
}

/** An object of one of our kinds, and its place. */
interface Placed {
  readonly file: string;
  readonly object: ManifestObject;
  readonly read: ReadResource;
}

/** A configuration with resources merged in, and how many of them would be refused. */
export interface WithResources {
  readonly config: Config;
  readonly refused: number;
}

const isOurs = ({ raw }: ManifestObject): boolean =>
  /^vipcast\.io\//.test(String((raw as { readonly apiVersion?: unknown } | null)?.apiVersion));

const readAll = async (io: Io, files: readonly string[]) => {
  const placed: Placed[] = [];
  let unread = 0;
  for (const file of files) {
    const { objects, findings } = readManifest(await readText(io, file), file);
    for (const { message } of findings) io.stderr.write(`${message}\n`);
    unread += findings.length;
    const ours = objects.filter(isOurs);
    if (ours.length < objects.length)
      io.stderr.write(`note: ${file}: ${objects.length - ours.length} other objects were passed over\n`);
    for (const object of ours) placed.push({ file, object, read: resourceOf(object.raw) });
  }
  return { placed, unread };
};

const referenceOf = ({ read }: Placed): ResourceReference => (read.ok ? read.resource : read);

const titleOf = ({ kind, name }: ResourceReference): string => `${kind} ${name}`;

/**
 * Merges the resources of manifests into a configuration as a node with these labels would, and says on stderr what is
 * wrong or doubtful about each.
 * @throws Failure when a manifest cannot be read
 */
export const mergeManifests = async (
  io: Io,
  config: Config,
  options: ResourceOptions,
): Promise<WithResources> => {
  const files = options.resources ?? [];
  if (files.length === 0) return { config, refused: 0 };
  const { placed, unread } = await readAll(io, files);
  const labels = { 'kubernetes.io/hostname': config.node, ...options.nodeLabels };
  const merged = mergeResources(
    config,
    placed.map(({ read }) => read),
    labels,
  );
  const places = new Map(placed.map((one) => [titleOf(referenceOf(one)), one]));
  const say = (
    sign: string,
    reference: ResourceReference,
    path: readonly (string | number)[],
    text: string,
  ) => {
    const at = places.get(titleOf(reference));
    const place = at === undefined ? '' : `${at.file}:${at.object.placeOf(path).line}: `;
    io.stderr.write(`${sign}${place}${titleOf(reference)}: ${text}\n`);
  };
  for (const finding of merged.findings)
    say(finding.code.startsWith('W_') ? 'warning: ' : '', finding, finding.path, finding.message);
  for (const condition of merged.conditions)
    if (condition.status === 'False' && condition.reason !== 'Invalid')
      say('', condition, ['metadata', 'name'], condition.message);
  const refused = merged.conditions.filter(({ status }) => status === 'False').length;
  return { config: merged.config, refused: refused + unread };
};
