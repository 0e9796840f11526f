import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openJournal } from '@vipcast/log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allWell } from './example.ts';
import { BEGIN, run, runHere, say, temporaryFolder, write } from './testing.ts';

const folder = temporaryFolder();
const journal = join(folder.path, 'journal.db');
const two = join(folder.path, 'two.db');
const empty = join(folder.path, 'empty.db');
const text = join(folder.path, 'text');

const started = (node: string) => say('node.Started', { version: '1', pid: 1, services: [] }, { node });

beforeAll(() => {
  write(journal, allWell(BEGIN));
  write(two, [started('n1'), started('n2')]);
  write(empty, []);
  writeFileSync(text, 'not a database\n');
});
afterAll(folder.remove);

describe('what goes wrong is said with a code and an exit status', () => {
  it.each<[string[], number, string]>([
    [[], 2, 'E_USAGE'],
    [['nonsense'], 2, 'E_USAGE'],
    [['peers', '--nonsense'], 2, 'E_USAGE'],
    [['peers', '--peer'], 2, 'E_USAGE'],
    [['peers', '--peer', ''], 2, 'E_USAGE'],
    [['peers', '--peer', '--node'], 2, 'E_USAGE'],
    [['peers', '-o', 'xml'], 2, 'E_USAGE'],
    [['peers', 'a', 'b'], 2, 'E_USAGE'],
    [['why'], 2, 'E_USAGE'],
    [['why', ''], 2, 'E_USAGE'],
    [['log', '--subject', 'web', '--journal', journal], 2, 'E_USAGE'],
    [['peers', '--at', 'tomorrow', '--journal', journal], 2, 'E_TIME'],
    [['peers', '--at', '2199-01-01T00:00:00Z', '--journal', journal], 2, 'E_TIME'],
    [['peers', '--at', '-1h', '-w', '--journal', journal], 2, 'E_USAGE'],
    [['peers', '--at', '-1h', '--until', '-2h', '--journal', journal], 2, 'E_USAGE'],
    [['routes', '1.2.3', '--journal', journal], 2, 'E_ADDRESS'],
    [['announce', '1.2.3.4/24'], 2, 'E_ADDRESS'],
    [['announce', '0/0'], 2, 'E_ADDRESS'],
    [['announce', '0.0.0.0/0'], 2, 'E_ADDRESS'],
    [['announce', '::ffff:192.0.2.1'], 2, 'E_ADDRESS'],
    [['announce', 'fe80::1'], 2, 'E_ADDRESS'],
    [['announce', ''], 2, 'E_ADDRESS'],
    [['announce', '192.0.2.1', '--timeout', 'soon'], 2, 'E_USAGE'],
    [['announce', '192.0.2.1', '--journal', two], 2, 'E_NODE_AMBIGUOUS'],
    [['announce', '192.0.2.1', '--journal', empty], 2, 'E_NODE_UNKNOWN'],
    [['announce', '192.0.2.1', '--journal', two, '--node', 'n3'], 5, 'E_NOT_FOUND'],
    [['withdraw', '192.0.2.99', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['reset', 'tor9', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['peers', 'tor9', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['peers', '--node', 'n9', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['routes', '192.0.2.99', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['vips', 'nothing', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['why', 'nothing', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['history', 'nothing', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['peers', '--at', 'seq:99', '--journal', journal], 5, 'E_NOT_FOUND'],
    [['peers', '--journal', join(folder.path, 'missing.db')], 4, 'E_JOURNAL_MISSING'],
    [['announce', '192.0.2.1', '--journal', join(folder.path, 'missing.db')], 4, 'E_JOURNAL_MISSING'],
    [['peers', '--journal', text], 4, 'E_JOURNAL_UNUSABLE'],
    [['peers', '--journal', folder.path], 4, 'E_JOURNAL_UNUSABLE'],
    [['reset', 'tor1', '--journal', journal], 4, 'E_DAEMON_UNREACHABLE'],
    [['check', join(folder.path, 'missing.yaml')], 5, 'E_FILE_UNREADABLE'],
    [['check', folder.path], 5, 'E_FILE_UNREADABLE'],
    [['check', text], 1, 'E_CONFIG_INVALID'],
    [['peers', '-c', text], 1, 'E_CONFIG_INVALID'],
    [['import', 'kube-vip'], 1, 'E_IMPORT'],
  ])('%j exits %d with %s', async (args, exit, code) => {
    const { code: exited, out, err } = await runHere(args);
    expect(err).toMatch(new RegExp(`^error: .*\\(${code}\\)$`, 'm'));
    expect(err).not.toContain('    at ');
    expect(out).toBe('');
    expect(exited).toBe(exit);
  });

  it('so that a shell sees it', async () => {
    expect((await run(['why', 'nothing', '--journal', journal])).code).toBe(5);
    expect((await run([])).code).toBe(2);
  });

  it('names what is near', async () => {
    expect((await runHere(['peer'])).err).toContain('peers');
    expect((await runHere(['peers', '--nod', 'n1'])).err).toContain('--node');
  });

  it('does not write to a log that it cannot use', async () => {
    const log = openJournal(two, { readOnly: true });
    expect(log.last()).toBe(2);
    log.close();
  });

  it('refuses a configuration of 10 MB in a moment', async () => {
    const big = join(folder.path, 'big.yaml');
    writeFileSync(big, 'vips:\n'.padEnd(10 * 1024 * 1024, '- name: x\n'));
    const { code, err } = await run(['check', big]);
    expect(err).toContain('E_CONFIG_INVALID');
    expect(code).toBe(1);
  });

  it('says which is the oldest fact that is kept', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const trimmed = join(folder.path, 'trimmed.db');
    write(trimmed, allWell(BEGIN));
    const db = new DatabaseSync(trimmed);
    db.exec('DELETE FROM facts WHERE position < 4');
    db.close();
    const { code, err } = await run(['peers', '--journal', trimmed, '--at', '2025-06-01T10:00:01Z']);
    expect(err).toContain('the log begins later, with seq:4 of 2025-06-01T10:00:03Z (E_TOO_OLD)');
    expect(code).toBe(6);
    expect((await run(['peers', '--journal', trimmed, '--at', 'seq:5'])).code).toBe(0);
  });
});

describe('the world around', () => {
  it('a reader that goes away is no error', async () => {
    const many = join(folder.path, 'many.db');
    write(
      many,
      Array.from({ length: 5000 }, () => started('n1')),
    );
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'log', '--journal', many]);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('paints nothing into a pipe', async () => {
    const { out } = await run(['peers', '--journal', journal], { env: { FORCE_COLOR: '1' } });
    expect(out).not.toContain('\x1b');
  });

  it.each([1, 20, 59])('a terminal of %d columns gets lists instead of tables', async (columns) => {
    const { code, out } = await runHere(['peers', '--journal', journal], { columns, env: { NO_COLOR: '1' } });
    expect(out).toContain('PEER: tor1\nLOCAL AS: 65000\n');
    expect(code).toBe(0);
    expect((await runHere(['--help'], { columns })).code).toBe(0);
  });

  it('a terminal gets colours unless it does not want them', async () => {
    const args = ['peers', '--journal', journal];
    expect((await runHere(args, { columns: 200 })).out).toContain('\x1b[32mEstablished\x1b[0m');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
      expect((await runHere(args, { columns: 200, env })).out).not.toContain('\x1b');
  });

  it('finds the journal by its flag, the environment or the configuration', async () => {
    const config = join(folder.path, 'vipcast.yaml');
    writeFileSync(config, `bgp: { localASN: 65000 }\nlog: { journal: ${journal} }\n`);
    const missing = join(folder.path, 'missing.db');
    expect((await runHere(['vips'], { env: { VIPCAST_JOURNAL: journal } })).code).toBe(0);
    expect((await runHere(['vips', '-c', config])).code).toBe(0);
    expect((await runHere(['vips', '--journal', journal], { env: { VIPCAST_JOURNAL: missing } })).code).toBe(
      0,
    );
  });

  it('reads a journal in a folder where it may not write', async () => {
    const sealed = join(folder.path, 'sealed');
    mkdirSync(sealed);
    write(join(sealed, 'journal.db'), allWell(BEGIN));
    expect((await run(['peers', '--journal', join(sealed, 'journal.db')])).code).toBe(0);
  });

  it('shows help and its version on stdout', async () => {
    const help = await run(['--help']);
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toContain('Exit status');
    expect(await run(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
    expect((await run(['help', 'why'])).out).toContain('Usage: vipcast why');
  });
});
