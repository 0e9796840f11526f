import { type Finding, loadConfig } from './index.ts';

/** For tests: files with one thing in the wrong place, and what `loadConfig` says of them. */

/** Loads a text as `vipcast.yaml` on the host `n7`. */
export const load = (text: string) => loadConfig(text, { file: 'vipcast.yaml', env: { hostName: 'n7' } });

/** The errors of a text; none if it loads. */
export const errorsOf = (text: string): readonly Finding[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.errors;
};

/** `line code field` of each error. */
export const placesOf = (text: string): readonly string[] =>
  errorsOf(text).map(({ line, code, field }) => `${line} ${code} ${field}`);

/** A file with one more line in `bgp`, on line 3. */
export const bgp = (line: string): string => `bgp:\n  localASN: 65000\n  ${line}\n`;

/** A file with these peers, from line 3 on. */
export const peers = (...lines: readonly string[]): string =>
  `bgp: { localASN: 65000 }\npeers:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

/** A file with one peer, on line 3, that has more settings. */
export const tor1 = (more: string): string =>
  peers(`{ name: tor1, address: 10.0.0.1, peerASN: 65001, ${more} }`);

/** A file with one VIP, whose address is on line 4. */
export const vip = (address: string): string =>
  `bgp: { localASN: 65000 }\nvips:\n  - name: web\n    addresses: ['${address}']\n`;

/** A file with one policy rule, on line 3. */
export const rule = (line: string): string => `bgp: { localASN: 65000 }\npolicy:\n  - ${line}\n`;
