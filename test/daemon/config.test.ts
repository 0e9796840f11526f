import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec, type Outcome } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeAll(async () => {
  folder = await scratch('config');
  await chmod(folder, 0o755);
});
afterAll(() => discard(folder));

/** Both verbs that read a whole configuration; a good one would keep `up` running, until it is killed. */
const VERBS = { check: (file: string) => ['check', file], up: (file: string) => ['up', '-c', file] } as const;
const verbs = Object.keys(VERBS) as readonly (keyof typeof VERBS)[];
const ask = (verb: keyof typeof VERBS, file: string, as: readonly string[] = []): Promise<Outcome> =>
  exec(null, [...as, NODE, MAIN, ...VERBS[verb](file)], { cwd: folder, timeout: 20_000 });

const peers = (...entries: readonly string[]): string =>
  `bgp: { localASN: 65000 }\npeers:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
const tor = (more: string): string => peers(`{ name: tor, address: 10.0.0.1, peerASN: 65001, ${more} }`);
const bomb = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]\n`);

/** By group of bad inputs: what the file holds, and the line, the field and the words of the message. */
const BAD: readonly (readonly [group: string, text: string, message: RegExp])[] = [
  ['1 empty', '', /:1: the file is empty/],
  ['2 invalid YAML', 'bgp:\n  localASN: [1\n', /:3: /],
  ['3 alias bomb', `a0: &a0 [x]\n${bomb.join('')}`, /:\d+: .*alias/],
  ['4 duplicate key', 'bgp: { localASN: 1 }\nbgp: { localASN: 2 }\n', /:2: bgp: /],
  ['5 typo', peers('{ name: a, address: 10.0.0.1, peerASn: 1 }'), /:3: peers\[0\]\.peerASn: .*peerASN/],
  ['6 AS number', 'bgp:\n  localASN: 4294967296\n', /:2: bgp\.localASN: found 4294967296/],
  ['7 router ID', 'bgp:\n  localASN: 1\n  routerID: 224.0.0.1\n', /:3: bgp\.routerID: found "224\.0\.0\.1"/],
  [
    '8 own address',
    'bgp: { localASN: 1, sourceAddress: 10.0.0.1 }\npeers:\n  - { name: a, address: 10.0.0.1, peerASN: 1 }\n',
    /:3: peers\[0\]\.address: /,
  ],
  [
    '9 one address twice',
    peers('{ name: a, address: 10.0.0.1, peerASN: 1 }', '{ name: b, address: 10.0.0.1, peerASN: 1 }'),
    /:4: peers\[1\]\.address: /,
  ],
  ['10 hold time', tor('holdTime: 2s'), /:3: peers\[0\]\.holdTime: found "2s"/],
  ['11 send hold time', tor('sendHoldTime: 9s'), /:3: peers\[0\]\.sendHoldTime: /],
  ['12 multihop', tor('multihop: 256'), /:3: peers\[0\]\.multihop: found 256/],
  ['14 MD5 and AO', tor('passwordFile: /dev/null, ao: { key: hunter2 }'), /:3: peers\[0\]\.ao: /],
  ['15 AO', tor('tcpAO: { key: hunter2 }'), /:3: peers\[0\]\.tcpAO: /],
  [
    '16 a network as VIP',
    'bgp: { localASN: 1 }\nvips:\n  - name: a\n    addresses: [::/0]\n',
    /:4: vips\[0\]\.addresses\[0\]: /,
  ],
  [
    '17 community',
    "bgp: { localASN: 1 }\npolicy:\n  - set: { communities: ['65536:1'] }\n",
    /:3: policy\[0\]\.set\.communities\[0\]: /,
  ],
  ['18 10 MB', `bgp: { localASN: 1 }\n${'# comment\n'.repeat(1_000_000)}`, /8388608/],
  ['19 cut in the middle', tor('nextHop: { strategy: ses').slice(0, -4), /:\d+: /],
  [
    '20 family of a next hop',
    tor('nextHop: { strategy: fixed, ipv6: 192.0.2.1 }'),
    /:3: peers\[0\]\.nextHop\.ipv6: /,
  ],
];

describe('a bad configuration', () => {
  const rows = BAD.flatMap(([group, text, message]) => verbs.map((verb) => ({ group, text, message, verb })));

  it.each(rows)('$group: $verb says where, and exits 1', async ({ group, text, message, verb }) => {
    const file = join(folder, `${group.replaceAll(' ', '-')}-${verb}.yaml`);
    await writeFile(file, text);
    const { code, stdout, stderr } = await ask(verb, file);
    const lines = stderr.split('\n').filter((line) => line.startsWith(`${file}:`));
    expect(lines.join('\n')).toMatch(message);
    expect(stderr).toMatch(/\(E_CONFIG_INVALID\)$/m);
    expect(stderr).not.toMatch(/hunter2|^ {4}at /m);
    expect([code, stdout]).toEqual([1, '']);
  });

  it.each(verbs)('19: %s follows a symbolic link, and names what was asked for', async (verb) => {
    const link = join(folder, `link-${verb}.yaml`);
    await writeFile(join(folder, `target-${verb}.yaml`), 'bgp: { localASN: 0 }\n');
    await symlink(`target-${verb}.yaml`, link);
    const { code, stderr } = await ask(verb, link);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${link}:1: bgp.localASN: found 0`)]);
  });

  it.each(verbs)('19: %s says that there is no such file, or only a folder', async (verb) => {
    const missing = await ask(verb, join(folder, 'missing.yaml'));
    const folderItself = await ask(verb, folder);
    expect(missing.stderr).toMatch(
      /missing\.yaml: ?cannot be read: .*no such file|missing\.yaml cannot be read/,
    );
    expect(folderItself.stderr).toMatch(/cannot be read: .*a directory/);
    expect([1, 5]).toContain(missing.code);
    expect(folderItself.code).toBe(missing.code);
  });

  it.skipIf(!isRoot).each(verbs)('19: %s says that it may not read the file', async (verb) => {
    const file = join(folder, `closed-${verb}.yaml`);
    await writeFile(file, 'bgp: { localASN: 1 }\n', { mode: 0o600 });
    const { code, stderr } = await ask(verb, file, NOBODY);
    expect(stderr).toMatch(/cannot be read: (permission denied|not readable)/);
    expect([1, 5]).toContain(code);
  });
});

describe('13: a password file', () => {
  const CANARY = 'canary-0f9d';
  const SECRETS: readonly (readonly [name: string, content: Uint8Array | undefined, message: RegExp])[] = [
    ['missing', undefined, /cannot be read: there is no such file/],
    ['empty', Buffer.of(), /holds no password/],
    ['newline', Buffer.from('\n'), /holds no password/],
    ['long', Buffer.from(CANARY.padEnd(81, 'x')), /holds 81 octets; TCP-MD5 takes at most 80/],
    ['nul', Buffer.from(`${CANARY}\0x`), /holds a NUL octet/],
    ['lines', Buffer.from(`${CANARY}\n${CANARY}\n`), /holds more than one line/],
  ];
  const rows = SECRETS.flatMap(([name, content, message]) =>
    verbs.map((verb) => ({ name, content, message, verb })),
  );

  it.each(rows)(
    '$name: $verb says what is wrong and not what it is',
    async ({ name, content, message, verb }) => {
      const base = join(folder, `secret-${name}-${verb}`);
      if (content !== undefined) await writeFile(base, content);
      await mkdir(`${base}.d`);
      const file = join(`${base}.d`, 'vipcast.yaml');
      await writeFile(file, tor(`passwordFile: ${base}`));
      const { code, stdout, stderr } = await ask(verb, file);
      expect(stderr).toContain(`${file}:3: peers[0].passwordFile: ${base} `);
      expect(stderr).toMatch(message);
      expect(stdout + stderr).not.toContain(CANARY);
      // What is missing here may be there where the daemon runs: only `up` can know.
      expect(code).toBe(verb === 'check' && content === undefined ? 0 : 1);
    },
  );
});
