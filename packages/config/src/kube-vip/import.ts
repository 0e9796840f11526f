import { printable } from '../wording.ts';
import { acceptable, fileLines } from './acceptance.ts';
import { readEnvFile } from './env-file.ts';
import { leftovers } from './leftovers.ts';
import { isManifest, readManifest } from './manifest.ts';
import { translatePeers } from './peers.ts';
import { sectionNotes, translateBgp, translateKubernetes, translateVips } from './sections.ts';
import type { Settings } from './settings.ts';
import type { Node } from './yaml-text.ts';

/** A configuration made from kube-vip's. */
export interface Imported {
  /** A vipcast.yaml that loads; what could not be carried over stands in comments. */
  readonly yaml: string;
  /** The comments' sentences: what needs a person. */
  readonly notes: readonly string[];
  /** Files to create, one for each peer that had a password. */
  readonly passwordFiles: readonly string[];
}

/** Where kube-vip's settings stand: the text of a manifest or env file, or an environment. */
export type KubeVipSource =
  | { readonly text: string; readonly file: string }
  | { readonly env: Readonly<Record<string, string>> };

const LONGEST_NOTE = 400;

const settingsOf = (input: KubeVipSource): Settings => {
  if ('env' in input) return { values: new Map(Object.entries(input.env)), notes: [] };
  return isManifest(input.text) ? readManifest(input.text) : readEnvFile(input.text);
};

const passwordFilesOf = (peers: readonly Node[]): readonly string[] =>
  peers.map(({ passwordFile }) => passwordFile).filter((file) => typeof file === 'string');

const comment = (line: string): string => (line === '' ? '#' : `# ${line}`);

/**
 * Makes a vipcast.yaml from the settings of kube-vip: a DaemonSet or static Pod, an env file, or an environment. The
 * result keeps kube-vip's behaviour where there is a choice (families, timers). Passwords become `passwordFile` and
 * are never part of the result.
 */
export const importKubeVip = (input: KubeVipSource): Imported => {
  const { values, notes: reading } = settingsOf(input);
  const peers = translatePeers(values);
  const {
    sections,
    notes: refusals,
    refused,
  } = acceptable({
    bgp: translateBgp(values),
    peers: peers.entries,
    vips: translateVips(values),
    kubernetes: translateKubernetes(values),
  });
  const notes = [
    ...reading,
    ...sectionNotes(values),
    ...peers.notes,
    ...refusals,
    ...leftovers(values, !('env' in input)),
  ].map((note) => printable(note, LONGEST_NOTE));
  const origin = 'file' in input ? printable(input.file) : 'the environment';
  const lines = [
    comment(`Made from kube-vip's settings in ${origin}.`),
    ...notes.map((note) => comment(`- ${note}`)),
    ...fileLines(sections),
    ...refused.map(comment),
  ];
  return { yaml: `${lines.join('\n')}\n`, notes, passwordFiles: passwordFilesOf(sections.peers) };
};
