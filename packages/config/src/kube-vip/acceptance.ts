import type { Finding } from '../finding.ts';
import { loadConfig } from '../load.ts';
import { listItem, type Node, section } from './yaml-text.ts';

/** The file in the making. */
export interface Sections {
  readonly bgp: Node;
  readonly kubernetes: Node | undefined;
  readonly peers: readonly Node[];
  readonly vips: readonly Node[];
}

/** What is left of a file once `loadConfig` accepts it, and what it refused. */
export interface Accepted {
  readonly sections: Sections;
  /** One for each refusal: the field and why. */
  readonly notes: readonly string[];
  /** YAML lines of entries that were refused whole. */
  readonly refused: readonly string[];
}

/** The sections as YAML. */
export const fileLines = ({ bgp, kubernetes, peers, vips }: Sections): readonly string[] => [
  ...section('bgp', bgp),
  ...section('peers', peers),
  ...section('vips', vips),
  ...(kubernetes ? section('kubernetes', kubernetes) : []),
];

/** Without these there is no entry. */
const ESSENTIAL: ReadonlySet<string> = new Set(['', 'name', 'address', 'interface', 'peerASN', 'addresses']);
const DEFAULT_ASN = 65000;

const without = (node: Node, key: string): Node => ({ ...node, [key]: undefined });

/** Takes out of the file what one finding is about. */
const withdraw = (sections: Sections, field: string): { sections: Sections; refused: readonly string[] } => {
  const [, top = '', index, key = ''] = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?/.exec(field) ?? [];
  if (top === 'kubernetes' && sections.kubernetes)
    return {
      sections: { ...sections, kubernetes: without(sections.kubernetes, key) },
      refused: [],
    };
  if (top === 'peers' || top === 'vips') {
    const entries = sections[top];
    const at = Number(index);
    const entry = entries[at];
    if (!entry || ESSENTIAL.has(key))
      return {
        sections: { ...sections, [top]: entries.filter((_, i) => i !== at) },
        refused: entry ? [`${top}:`, ...listItem(entry)] : [],
      };
    return { sections: { ...sections, [top]: entries.with(at, without(entry, key)) }, refused: [] };
  }
  const bgp = key === 'localASN' ? { ...sections.bgp, localASN: DEFAULT_ASN } : without(sections.bgp, key);
  return { sections: { ...sections, bgp }, refused: [] };
};

/** `peer3.port: found …`: by name, since positions shift as entries are taken out. */
const reasonOf = ({ message, field }: Finding, { peers, vips }: Sections): string => {
  const text = message.slice(message.indexOf(`${field}: `) + field.length + 2);
  const [prefix = '', top, index] = /^(peers|vips)\[(\d+)\]/.exec(field) ?? [];
  const name = (top === 'peers' ? peers : vips)[Number(index)]?.name;
  return `${prefix === '' ? field : `${name}${field.slice(prefix.length)}`}: ${text}`;
};

/**
 * Takes out whatever `loadConfig` refuses, one finding after the other, so that the rest loads. What is not built
 * yet is treated the same, and so will be carried over from the day it is.
 */
export const acceptable = (wished: Sections): Accepted => {
  const notes: string[] = [];
  const refused: string[] = [];
  let sections = wished;
  // Each turn takes something out, so there are no more turns than things.
  for (;;) {
    const loaded = loadConfig(fileLines(sections).join('\n'), { file: '', env: { hostName: 'node' } });
    const finding = loaded.ok ? undefined : loaded.errors[0];
    if (!finding) return { sections, notes, refused };
    const step = withdraw(sections, finding.field);
    const unchanged = fileLines(step.sections).join() === fileLines(sections).join();
    if (unchanged) return { sections, notes: [...notes, reasonOf(finding, sections)], refused };
    notes.push(`not carried over: ${reasonOf(finding, sections)}`);
    refused.push(...step.refused);
    sections = step.sections;
  }
};
