import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allWell, announced, lost, vip } from './example.ts';
import { BEGIN, runHere, temporaryFolder, write } from './testing.ts';

const folder = temporaryFolder();
const journal = join(folder.path, 'journal.db');
const jsonl = join(folder.path, 'log.jsonl');

beforeAll(async () => {
  write(journal, [...allWell(BEGIN), announced('192.0.2.11/32'), lost]);
  await runHere(['log', 'export', '--format', 'jsonl', '--journal', journal, '-O', jsonl]);
});
afterAll(folder.remove);

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

const spoiled = (name: string, sql: string): string => {
  const file = join(folder.path, name);
  copyFileSync(journal, file);
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return file;
};

describe('diff', () => {
  const diff = (from: string, to: string, ...more: string[]) =>
    runHere(['diff', '--from', from, '--to', to, '--journal', journal, ...more]);

  it('says what came, and exits 1', async () => {
    const { code, out, err } = await diff('seq:6', 'seq:8');
    expect(lines(out)).toEqual([
      'FROM 2025-06-01T10:00:05Z (seq 6) TO 2025-06-01T10:00:07Z (seq 8)',
      'CHANGE  NODE  PEER  PREFIX         WHAT',
      'added   n1    tor1  192.0.2.10/32  next hop 10.0.0.7',
      'added   n1    tor1  192.0.2.11/32  next hop 10.0.0.7',
    ]);
    expect([code, err]).toEqual([1, '']);
  });

  it('says what went, by time, as a document', async () => {
    const { code, out } = await diff('2025-06-01T10:00:07Z', 'now', '-o', 'json');
    const { apiVersion, kind, asOf, from, items } = JSON.parse(out);
    expect({ apiVersion, kind, from }).toEqual({
      apiVersion: 'vipcast/v1',
      kind: 'Diff',
      from: { time: '2025-06-01T10:00:07.000Z', seq: 8 },
    });
    expect(asOf.seq).toBe(9);
    expect(
      items.map(({ change, prefix, after }: Record<string, unknown>) => [change, prefix, after]),
    ).toEqual([
      ['withdrawn', '192.0.2.10/32', null],
      ['withdrawn', '192.0.2.11/32', null],
    ]);
    expect(code).toBe(1);
  });

  it('exits 0 when there is nothing to say', async () => {
    const { code, out, err } = await diff('seq:7', 'seq:7');
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('no route differs');
  });

  it.each<[string, string, number, string]>([
    ['seq:1', 'seq:99', 5, 'E_NOT_FOUND'],
    ['soon', 'now', 2, 'E_TIME'],
    ['seq:1', '2199-01-01T00:00:00Z', 2, 'E_TIME'],
  ])('from %s to %s exits %d', async (from, to, exit, error) => {
    const { code, err } = await diff(from, to);
    expect(err).toContain(error);
    expect(code).toBe(exit);
  });

  it('names the oldest that is kept when a moment is older', async () => {
    const trimmed = spoiled('trimmed.db', 'DELETE FROM facts WHERE position < 4');
    const { code, err } = await runHere(['diff', '--from', 'seq:2', '--journal', trimmed]);
    expect(err).toContain('seq:4 of 2025-06-01T10:00:03Z (E_TOO_OLD)');
    expect(code).toBe(6);
  });
});

describe('every view of a trimmed log', () => {
  const views = [
    ['peers'],
    ['routes'],
    ['vips'],
    ['next-hops'],
    ['status'],
    ['why', 'web'],
    ['history', 'tor1'],
    ['log'],
  ];
  const flags = ['--at', '--since', '--until'];
  const cases = views.flatMap((view) => flags.map((flag) => [...view, flag]));

  it.each(cases)('%s %s %s exits 6 for a moment before it begins', async (...args) => {
    const trimmed = spoiled('trimmed.db', 'DELETE FROM facts WHERE position < 4');
    for (const moment of ['seq:2', '2025-06-01T10:00:01Z']) {
      const { code, err, out } = await runHere([...args, moment, '--journal', trimmed]);
      expect(err).toContain('seq:4 of 2025-06-01T10:00:03Z (E_TOO_OLD)');
      expect([code, out]).toEqual([6, '']);
    }
  });

  it('refuses a window that ends before it begins', async () => {
    const { code, err } = await runHere([
      'log',
      '--since',
      'seq:5',
      '--until',
      'seq:4',
      '--journal',
      journal,
    ]);
    expect(err).toContain('--since seq:5 comes after --until seq:4');
    expect(code).toBe(2);
  });

  it.each([['peers'], ['routes'], ['vips']])('%s takes --until as --at', async (view) => {
    const [at, until] = await Promise.all(
      ['--at', '--until'].map((flag) => runHere([view, flag, 'seq:7', '--journal', journal, '-o', 'json'])),
    );
    expect(until).toEqual(at);
    expect(JSON.parse(at!.out).asOf.seq).toBe(7);
  });
});

describe('log verify', () => {
  it('is content with a log that nobody touched', async () => {
    for (const file of [journal, jsonl]) {
      const { code, out, err } = await runHere(['log', 'verify', '--journal', file]);
      expect([code, out]).toEqual([0, '']);
      expect(err).toBe(
        'up to seq 9, 4 writers: every fact is what its writer recorded, and none is missing\n',
      );
    }
  });

  it.each<[string, string, readonly (string | number)[]]>([
    ['gap', 'DELETE FROM facts WHERE position = 2', [3, 'n1/host', 'gap']],
    ['rewrite', 'UPDATE facts SET at = at + 1 WHERE position = 3', [3, 'n1/vip-watcher', 'rewrite']],
    ['end', 'DELETE FROM facts WHERE position = 9', [9, 'n1/speaker', 'gap']],
  ])('finds a %s, and says position and writer', async (name, sql, [seq, writer, kind]) => {
    const file = spoiled(`${name}.db`, sql);
    const { code, out } = await runHere(['log', 'verify', '--journal', file, '-o', 'json']);
    const { kind: document, items } = JSON.parse(out);
    expect(document).toBe('Verification');
    expect(items).toContainEqual(expect.objectContaining({ writer, kind }));
    if (name !== 'gap') expect(items).toContainEqual(expect.objectContaining({ seq, writer, kind }));
    expect(code).toBe(1);
    const table = await runHere(['log', 'verify', '--journal', file]);
    expect(table.out).toContain(String(writer));
    expect(table.err).toMatch(/\d problems?\n$/);
  });
});

describe('log export', () => {
  const exported = async (...args: string[]) => {
    const { code, out, err } = await runHere(['log', 'export', '--journal', journal, ...args]);
    return { code, err, lines: out === '' ? [] : lines(out).map((line) => JSON.parse(line)) };
  };

  it('as jsonl has every fact, and is a journal to every view', async () => {
    const { code, err, lines } = await exported('--format', 'jsonl');
    expect(lines.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([code, err]).toEqual([0, '9 facts written\n']);
    for (const args of [
      ['peers', '--at', 'seq:8'],
      ['routes', '--at', '2025-06-01T10:00:07Z'],
      ['why', 'web', '--until', 'seq:9'],
      ['history', 'tor1', '--at', 'seq:9'],
      ['log', '--since', 'seq:3'],
    ]) {
      const [copy, original] = await Promise.all(
        [jsonl, journal].map((file) => runHere([...args, '-o', 'json', '--journal', file])),
      );
      expect(copy).toEqual(original);
    }
  });

  it.each<[readonly string[], readonly number[]]>([
    [
      ['--since', 'seq:8'],
      [8, 9],
    ],
    [
      ['--until', '2025-06-01T10:00:02Z'],
      [1, 2, 3],
    ],
    [
      ['--peer', 'tor1', '--until', 'seq:6'],
      [4, 5, 6],
    ],
    [['--node', 'n2'], []],
  ])('of %j has those facts', async (flags, expected) => {
    const { lines } = await exported('--format', 'jsonl', ...flags);
    expect(lines.map(({ position }) => position)).toEqual(expected);
  });

  it('as ris-live is what RIS Live would say', async () => {
    const { lines, err } = await exported('--format', 'ris-live');
    const common = { peer: '10.0.0.1', peer_asn: '65001', host: 'n1' };
    const data = lines.map(({ type, data: { id, ...rest } }) => {
      expect([type, typeof id]).toEqual(['ris_message', 'string']);
      return rest;
    });
    const update = (timestamp: number, prefix: string) => ({
      ...common,
      timestamp,
      type: 'UPDATE',
      path: [65000],
      community: [[65000, 100]],
      origin: 'IGP',
      announcements: [{ next_hop: '10.0.0.7', prefixes: [prefix] }],
      withdrawals: [],
    });
    expect(data).toEqual([
      { ...common, timestamp: BEGIN / 1000 + 4, type: 'RIS_PEER_STATE', state: 'connected' },
      update(BEGIN / 1000 + 6, '192.0.2.10/32'),
      update(BEGIN / 1000 + 7, '192.0.2.11/32'),
      { ...common, timestamp: BEGIN / 1000 + 8, type: 'RIS_PEER_STATE', state: 'down' },
    ]);
    expect(err).toBe('4 facts written\n');
  });

  it('says which facts it had to leave out', async () => {
    const late = join(folder.path, 'late.db');
    write(late, [vip('vip.Advertised', 'configured', ['192.0.2.1']), announced('192.0.2.1/32')]);
    const { code, err } = await runHere(['log', 'export', '--format', 'ris-live', '--journal', late]);
    expect(err).toBe('0 facts written\n1 fact left out: the log begins after its session came up\n');
    expect(code).toBe(0);
  });

  it('as mrt is framed as RFC 6396 has it', async () => {
    const file = join(folder.path, 'log.mrt');
    await exported('--format', 'mrt', '-O', file);
    const bytes = readFileSync(file);
    const records: { type: number; subtype: number; time: number }[] = [];
    for (let at = 0; at < bytes.length; at += 12 + bytes.readUInt32BE(at + 8))
      records.push({
        type: bytes.readUInt16BE(at + 4),
        subtype: bytes.readUInt16BE(at + 6),
        time: bytes.readUInt32BE(at) * 1000 + bytes.readUInt32BE(at + 12) / 1000,
      });
    expect(records).toEqual([
      { type: 17, subtype: 5, time: BEGIN + 3000 },
      { type: 17, subtype: 4, time: BEGIN + 6000 },
      { type: 17, subtype: 4, time: BEGIN + 7000 },
    ]);
  });

  it('does not write over the log, nor half a file', async () => {
    const own = await runHere(['log', 'export', '--format', 'jsonl', '--journal', journal, '-O', journal]);
    expect([own.code, own.err]).toEqual([2, expect.stringContaining('is the log itself')]);
    const nowhere = join(folder.path, 'nowhere', 'log.jsonl');
    const lost = await runHere(['log', 'export', '--format', 'jsonl', '--journal', journal, '-O', nowhere]);
    expect([lost.code, lost.err]).toEqual([1, expect.stringContaining('E_OUTPUT')]);
  });

  it.each<[string, string]>([
    ['{"position":1}\n', 'line 1: epoch is not a number'],
    ['{', 'line 1: '],
  ])('that says %j is refused as a journal, with the line', async (text, message) => {
    const file = join(folder.path, 'bad.jsonl');
    writeFileSync(file, text);
    const { code, err } = await runHere(['peers', '--journal', file]);
    expect(err).toContain(message);
    expect(err).toContain('E_JOURNAL_UNUSABLE');
    expect(code).toBe(4);
  });
});
