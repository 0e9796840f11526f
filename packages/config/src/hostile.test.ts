import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Loaded, loadConfig } from './index.ts';

const load = (text: string): Loaded => loadConfig(text, { file: 'f.yaml', env: { hostName: 'n7' } });

const SEED = `bgp:
  localASN: 65000
  nextHop: { strategy: fixed, ipv6: '2001:db8::7' }
  listen: { address: '::' }
peers:
  - &tor
    name: tor1
    address: 10.0.0.1
    peerASN: external
vips:
  - name: web # comment
    addresses: [192.0.2.10, "2001:db8:1::10"]
    healthCheck:
      exec: |
        curl localhost
policy:
  - match: { vips: [web] }
    set: { communities: [no-export] }
`;

const TOKENS =
  '- |: |? |[|]|{|}|,|\n|\n  |\n    |"|\'|#|&a |*a|!x |!!set |%|---\n|...\n||\\|>|\t|~|null|.nan|-.inf|0x1|1e999|<<|__proto__|' +
  'constructor|bgp|localASN|peers|name|address|vips|policy|match|set|port|\u0000|\u2028|\ud800|\ufeff|é';

/** Sound whatever the text: a result of either kind, and every finding on a line of the text. */
const expectSound = (text: string): Loaded => {
  const loaded = load(text);
  const lines = text.split('\n').length;
  const findings = loaded.ok ? loaded.warnings : loaded.errors;
  if (!loaded.ok) expect(loaded.errors.length).toBeGreaterThan(0);
  expect(findings.length).toBeLessThanOrEqual(201);
  for (const { message, line, column, field, code } of findings) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message.startsWith(`f.yaml:${line}: ${field}`)).toBe(true);
    expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(message.length).toBeLessThan(2000);
    expect(code).toMatch(/^[EW]_CONFIG_[A-Z_]+$/);
  }
  return loaded;
};

describe('any text', () => {
  it('gets an answer: pieces of YAML', () => {
    const piece = fc.constantFrom(...TOKENS.split('|'), '|');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expectSound(pieces.join(''));
      }),
      { numRuns: 1500 },
    );
  });

  it('may be good', () => {
    expect(load(SEED).ok).toBe(true);
  });

  it('gets an answer: a good file with pieces out of place', () => {
    const edit = fc.record({
      at: fc.nat(SEED.length),
      cut: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...TOKENS.split('|')), fc.string({ maxLength: 5, unit: 'binary' })),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        expectSound(
          edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SEED),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('gets an answer: any value in any place', () => {
    const name = fc.constantFrom(
      ...'bgp localASN peers name address peerASN nextHop strategy vips addresses healthCheck policy match set log'.split(
        ' ',
      ),
    );
    const leaf = fc.oneof(
      fc.constantFrom(null, true, 0, -1, 65000, 1e300, '192.0.2.1', 'a', '9s', 'fixed'),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value')), fc.dictionary(name, tie('value'))),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, value), (file) => {
        expectSound(JSON.stringify(file));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a text made to exhaust', () => {
  const MEBI = 1 << 20;
  it.each([
    ['brackets', '['.repeat(8 * MEBI)],
    ['mappings in mappings', '{a: '.repeat(MEBI)],
    ['lists in lists', '- '.repeat(4 * MEBI)],
    ['complex keys', '? '.repeat(4 * MEBI)],
    ['anchors', Array.from({ length: 200_000 }, (_, i) => `- &a${i} *a${i}\n`).join('')],
    ['aliases to a long list', `- &a [${'1,'.repeat(90_000)}]\n${'- *a\n'.repeat(90)}`],
    ['keys', Array.from({ length: 190_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['one key', 'k: 1\n'.repeat(190_000)],
    ['peers', `peers: [${'x,'.repeat(400_000)}]`],
    ['wrong escapes', `"${'\\q'.repeat(249_000)}"`],
    ['empty pairs', `{${',:'.repeat(480_000)}`],
    ['blank lines', '\n'.repeat(8 * MEBI)],
    ['a long key', `"${'k'.repeat(8 * MEBI - 10)}": 1`],
    ['a long value', `cluster: "${'k:'.repeat(4 * MEBI - 10)}"`],
    ['an address of colons', `vips: [{name: a, addresses: ["${':'.repeat(MEBI)}"]}]`],
  ])('%s: is refused within bounds', (_, text) => {
    const before = process.cpuUsage();
    expect(expectSound(text).ok).toBe(false);
    // Far from what it takes (3 s at most), near to what a quadratic step would.
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
  });
});

describe('10,000 VIPs', () => {
  it('load', () => {
    const vips = Array.from(
      { length: 10_000 },
      (_, i) =>
        `  - { name: v${i}, addresses: [10.${i >> 8}.${i & 255}.1, '2001:db8:${i.toString(16)}::1'] }\n`,
    );
    const loaded = load(`bgp: { localASN: 65000 }\nvips:\n${vips.join('')}`);
    expect(loaded.ok && loaded.config.vips.length).toBe(10_000);
  });
});
