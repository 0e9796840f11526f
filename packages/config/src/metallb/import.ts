import { stringify } from 'yaml';
import type { Config } from '../config.ts';
import { mergeResources } from '../kubernetes/merge.ts';
import { resourceOf } from '../kubernetes/reading.ts';
import { API_VERSION } from '../kubernetes/resource.ts';
import { loadConfig } from '../load.ts';
import { word } from '../source/raw.ts';
import { printable } from '../wording.ts';
import { communityNames, type Surroundings, translateAdvertisement } from './advertisements.ts';
import { collectObjects, type MetalLBObject } from './objects.ts';
import { translatePeer } from './peers.ts';
import { translatePool } from './pools.ts';
import { type Draft, nameOf, type Translation, titleOf } from './translation.ts';

/** Resources made from MetalLB's. */
export interface ImportedMetalLB {
  /** Manifests to apply; what could not be carried over stands in comments. */
  readonly yaml: string;
  /** The comments' sentences: what needs a person. */
  readonly notes: readonly string[];
}

const LONGEST_NOTE = 400;
const DEFAULT_ASN = 65000;

const REASONS: Readonly<Record<string, string>> = {
  L2Advertisement: 'only BGP is spoken',
  BFDProfile: 'the hold time finds a lost peer',
};

const ofKind = (objects: readonly MetalLBObject[], kind: string) =>
  objects.filter((object) => object.kind === kind);

const TRANSLATED: ReadonlySet<string> = new Set([
  'BGPPeer',
  'BGPAdvertisement',
  'IPAddressPool',
  'Community',
]);

const strangers = (objects: readonly MetalLBObject[]): readonly string[] =>
  objects
    .filter(({ kind }) => !TRANSLATED.has(kind))
    .map((object) => {
      const reason = Object.hasOwn(REASONS, object.kind) ? `: ${REASONS[object.kind]}` : '';
      return `${titleOf(object)} has no counterpart${reason}`;
    });

const translate = (objects: readonly MetalLBObject[]): readonly Translation[] => {
  const pools = ofKind(objects, 'IPAddressPool');
  const peers = ofKind(objects, 'BGPPeer').map((object) => ({ object, translation: translatePeer(object) }));
  const around: Surroundings = {
    pools,
    peers: new Map(
      peers.map(({ object, translation }) => [object.name, translation.drafts.map(({ name }) => name)]),
    ),
    communities: communityNames(objects),
  };
  return [
    ...peers.map(({ translation }) => translation),
    ...ofKind(objects, 'BGPAdvertisement').map((object) => translateAdvertisement(object, around)),
    ...pools.map((pool) => translatePool(pool, pools)),
  ];
};

const localASNs = (objects: readonly MetalLBObject[]): readonly number[] => [
  ...new Set(
    ofKind(objects, 'BGPPeer')
      .map(({ spec }) => Number(word(spec.myASN)))
      .filter((asn) => Number.isInteger(asn) && asn > 0),
  ),
];

/** The file that the resources are for, without which they are nothing. */
const fileNotes = (objects: readonly MetalLBObject[]): readonly string[] => {
  const [asn = DEFAULT_ASN, ...others] = localASNs(objects);
  const several = others.length > 0 ? `, and peers differ from it: ${others.join(', ')}` : '';
  const silent =
    ofKind(objects, 'BGPAdvertisement').length === 0 && ofKind(objects, 'IPAddressPool').length > 0
      ? ['there is no BGPAdvertisement: MetalLB then announces nothing, and vipcast every VIP to every peer']
      : [];
  return [
    `vipcast.yaml needs bgp: { localASN: ${asn} }${several}, and kubernetes: { enabled: true, allocate: true }`,
    ...silent,
  ];
};

/** What the resources are checked against: nothing that could be in their way. */
const neutralConfig = (): Config => {
  const text = `bgp: { localASN: ${DEFAULT_ASN} }\nkubernetes: { enabled: true }\n`;
  const loaded = loadConfig(text, { file: '', env: { hostName: 'node' } });
  if (!loaded.ok) throw new Error(loaded.errors[0]?.message);
  return loaded.config;
};

const objectOf = ({ kind, name, spec }: Draft): object => ({
  apiVersion: API_VERSION,
  kind,
  metadata: { name },
  spec: JSON.parse(JSON.stringify(spec)),
});

const comment = (line: string): string => (line === '' ? '#' : `# ${line}`);

/** Why a resource would be refused, on whichever node. */
const refusalOf = (draft: Draft, config: Config): string | undefined => {
  const written = resourceOf(objectOf(draft));
  if (!written.ok) return written.findings[0]?.message;
  const everywhere = resourceOf(objectOf({ ...draft, spec: { ...draft.spec, nodeSelector: undefined } }));
  return mergeResources(config, [everywhere], {}).conditions.find(({ status }) => status === 'False')
    ?.message;
};

interface Published {
  readonly yaml: string;
  readonly notes: readonly string[];
}

/** A resource as YAML, or as a comment if it would be refused, and why that is. */
const published = (draft: Draft, config: Config): Published => {
  const reason = refusalOf(draft, config);
  // Kubernetes reads YAML 1.1, where 65000:10 without quotes is a number of base 60.
  const yaml = stringify(objectOf(draft), { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
  if (reason === undefined) return { yaml: `---\n${yaml}`, notes: [] };
  const quiet = yaml.trimEnd().split('\n').map(comment).join('\n');
  return { yaml: `${quiet}\n`, notes: [`not carried over: ${titleOf(draft)}: ${reason}`] };
};

const namesakes = (drafts: readonly Draft[]): readonly string[] => {
  const titles = drafts.map(titleOf);
  const again = titles.filter((title, i) => titles.indexOf(title) < i);
  return [...new Set(again)].map((title) => `several resources are ${title}: give them names of their own`);
};

const renamed = (objects: readonly MetalLBObject[]): readonly string[] =>
  objects
    .filter(({ kind, name }) => kind !== 'Community' && TRANSLATED.has(kind) && nameOf(name) !== name)
    .map((object) => `${titleOf(object)} is called ${nameOf(object.name)} here`);

/**
 * Makes BGPPeers, BGPAdvertisements and VIPPools from MetalLB's resources, or from the ConfigMap of its older versions.
 * Passwords become references and are never part of the result.
 */
export const importMetalLB = (
  sources: readonly { readonly text: string; readonly file: string }[],
): ImportedMetalLB => {
  const { objects, notes: reading } = collectObjects(sources);
  const translations = translate(objects);
  const drafts = translations.flatMap((translation) => translation.drafts);
  const config = neutralConfig();
  const resources = drafts.map((draft) => published(draft, config));
  const notes = [
    ...reading,
    ...(resources.length === 0 ? ['no resource of MetalLB was found'] : fileNotes(objects)),
    ...renamed(objects),
    ...namesakes(drafts),
    ...translations.flatMap((translation) => translation.notes),
    ...strangers(objects),
    ...resources.flatMap((resource) => resource.notes),
  ].map((note) => printable(note, LONGEST_NOTE));
  const files = sources.map(({ file }) => printable(file)).join(', ');
  const header = [`Made from MetalLB's resources in ${files}.`, ...notes.map((note) => `- ${note}`)];
  const text = [...header.map(comment), ''].join('\n') + resources.map(({ yaml }) => yaml).join('');
  return { yaml: text, notes };
};
