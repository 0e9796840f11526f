import { readManifest } from '../kubernetes/manifest.ts';
import { list, mapping, type Raw, word } from '../source/raw.ts';
import { printable } from '../wording.ts';
import { isLegacy, modernObjects } from './legacy.ts';

/** An object of MetalLB's, of whatever version. */
export interface MetalLBObject {
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Raw;
}

/** MetalLB's objects in some manifests, and what was not read. */
export interface Collected {
  readonly objects: readonly MetalLBObject[];
  readonly notes: readonly string[];
}

/** What MetalLB says of itself, and nobody would carry over. */
const REPORTS: ReadonlySet<string> = new Set(['ServiceBGPStatus', 'ServiceL2Status', 'ConfigurationState']);

const labelsOf = (labels: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(mapping(labels)).map(([key, value]) => [key, word(value)]));

const objectOf = (raw: Raw): MetalLBObject => {
  const metadata = mapping(raw.metadata);
  return {
    kind: word(raw.kind),
    name: printable(word(metadata.name), 253),
    labels: labelsOf(metadata.labels),
    spec: mapping(raw.spec),
  };
};

/** Reads manifests; a ConfigMap as MetalLB had it before version 0.13 is turned into the objects that came after. */
export const collectObjects = (
  sources: readonly { readonly text: string; readonly file: string }[],
): Collected => {
  const notes: string[] = [];
  const objects = sources.flatMap(({ text, file }): readonly MetalLBObject[] => {
    const shown = printable(file);
    const manifest = readManifest(text, file);
    for (const { line, found } of manifest.findings)
      notes.push(`${shown}, line ${line} could not be read: ${found}`);
    const raws = list(manifest.objects.map(({ raw }) => raw));
    const legacy = raws.filter(isLegacy).flatMap((raw) => modernObjects(raw, notes));
    const ours = raws.filter(({ apiVersion }) => /^metallb\.io\//.test(word(apiVersion)));
    const others = raws.length - ours.length - raws.filter(isLegacy).length;
    if (others > 0) notes.push(`${shown}: ${others} objects that are not MetalLB's were passed over`);
    return [...ours.map(objectOf).filter(({ kind }) => !REPORTS.has(kind)), ...legacy];
  });
  return { objects, notes };
};
