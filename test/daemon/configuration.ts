import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Vipcast } from '../interop/vipcast.ts';

/** The parts of a configuration, each entry in YAML's flow style. */
export interface Parts {
  readonly bgp?: string;
  readonly peers?: readonly string[];
  readonly vips?: readonly string[];
  readonly policy?: readonly string[];
}

const section = (name: string, entries: readonly string[] = []): string =>
  entries.length === 0 ? '' : `${name}:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;

/** A configuration of node `n1` in AS 65000. */
export const nodeYaml = ({ bgp = '', peers, vips, policy }: Parts): string =>
  [
    'node: n1\n',
    `bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s${bgp && `, ${bgp}`} }\n`,
    section('peers', peers),
    section('vips', vips),
    section('policy', policy),
  ].join('');

/** A peer at 127.0.0.1 in AS 65001. */
export const localPeer = (name: string, port: number, more = ''): string =>
  `{ name: ${name}, address: 127.0.0.1, port: ${port}, peerASN: 65001${more && `, ${more}`} }`;

/** A configuration as a running daemon can take it: with the journal that it has. */
export const withJournalOf = ({ journal }: Pick<Vipcast, 'journal'>, yaml: string): string =>
  `${yaml}log: { journal: ${journal} }\n`;

/** Puts a whole text in the place of a file at once, as careful editors do. */
export const replaceFile = async (file: string, text: string): Promise<void> => {
  const next = join(dirname(file), '.next');
  await writeFile(next, text);
  await rename(next, file);
};
