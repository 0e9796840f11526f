import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JournalError, type JournalTrouble, openJournal, verify } from './index.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';

let place: ReturnType<typeof journalPlace>;
beforeEach(() => {
  place = journalPlace();
});
afterEach(() => place.clean());

const filled = (facts = 10): string => {
  const log = openJournal(place.file);
  log.writer('n7/speaker').append(sampleFacts(facts));
  log.close();
  return place.file;
};

const troubleOf = (action: () => unknown): readonly [JournalTrouble, string] => {
  try {
    action();
  } catch (error) {
    if (error instanceof JournalError) return [error.trouble, error.message];
    throw error;
  }
  throw new Error('no trouble at all');
};

describe('a file that is no journal', () => {
  const expectTrouble = (trouble: JournalTrouble, file: string, modes = [true, false]): void => {
    for (const readOnly of modes) {
      const [found, message] = troubleOf(() => openJournal(file, { readOnly }));
      expect(found).toBe(trouble);
      expect(message).toContain(file);
    }
  };
  const other = (): string => join(place.folder, 'other');

  it('is refused when it is text', () => {
    writeFileSync(other(), 'cluster: prod\n'.repeat(1000));
    expectTrouble('not-a-journal', other());
    expect(readFileSync(other(), 'utf8')).toBe('cluster: prod\n'.repeat(1000));
  });

  it("is refused, and left alone, when it is another program's database", () => {
    const db = new DatabaseSync(other());
    db.exec('CREATE TABLE facts (position INTEGER PRIMARY KEY)');
    db.close();
    const before = readFileSync(other());
    expectTrouble('not-a-journal', other());
    expect(readFileSync(other())).toEqual(before);
    expect(readdirSync(place.folder)).toEqual(['other']);
  });

  it.each([
    ['newer', 3],
    ['older', 1],
  ] as const)('is refused when a version %s than this one wrote it', (age, version) => {
    const db = new DatabaseSync(filled());
    db.exec(`PRAGMA user_version = ${version}`);
    db.close();
    expectTrouble(`${age}-version`, place.file);
  });

  it('is refused when it is missing, a folder, or nowhere', () => {
    expectTrouble('missing', other(), [true]);
    expectTrouble('unreadable', place.folder);
    expectTrouble('missing', join(place.folder, 'no', 'such'), [true, false]);
  });

  it('is made a journal when it is empty, but not for reading', () => {
    writeFileSync(other(), '');
    expectTrouble('not-a-journal', other(), [true]);
    const log = openJournal(other());
    expect(log.last()).toBe(0);
    log.close();
  });
});

describe('a damaged journal', () => {
  it.each([0.1, 0.3, 0.6, 0.9])('cut off at %d of its length is refused or said to be damaged', (part) => {
    const file = filled(2000);
    truncateSync(file, Math.floor(statSync(file).size * part));
    const [trouble, message] = troubleOf(() => {
      const log = openJournal(file);
      try {
        return [...log.read()];
      } finally {
        log.close();
      }
    });
    expect(trouble).toMatch(/damaged|not-a-journal/);
    expect(message).toContain(file);
  });

  it('never throws anything but a JournalError for a flipped bit, and verify sees it in a fact', () => {
    const file = filled(300);
    const intact = readFileSync(file);
    const known = chained(file);
    let harmless = 0;
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(intact);
      const at = (i * 2_654_435_761) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
      writeFileSync(file, bytes);
      try {
        if (chained(file) === known) harmless++;
        else expect(problemsOf(file)).not.toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(JournalError);
      }
    }
    expect(harmless).toBeLessThan(300);
  });

  it('is reported, not thrown, when a follower is woken to it; the follower goes on later', async () => {
    const troubles: Error[] = [];
    const reader = openJournal(place.file, { onTrouble: (error) => troubles.push(error) });
    const writer = openJournal(place.file);
    const seen: number[] = [];
    reader.follow({ after: 0 }, (facts) => seen.push(...facts.map((fact) => fact.position)));
    const db = new DatabaseSync(place.file);
    // More than are passed on in memory.
    writer.writer('n7/speaker').append(sampleFacts(100));
    const { body } = db.prepare('SELECT body FROM facts WHERE position = 2').get() as { body: Uint8Array };
    const damage = db.prepare('UPDATE facts SET body = ? WHERE position = 2');
    damage.run(body.subarray(0, 30));
    await vi.waitFor(() => expect(troubles).toHaveLength(1));
    reader.refresh();
    expect(troubles.map((error) => error.message)).toEqual([expect.stringContaining('at position 2')]);
    expect(seen).toEqual([]);
    damage.run(body);
    reader.refresh();
    expect(seen).toEqual(sampleFacts(100).map((_, i) => i + 1));
    for (const open of [reader, writer, db]) open.close();
  });
});

/** All that the hash chain covers; position and time of recording are each node's own. */
const chained = (file: string): string => {
  const log = openJournal(file, { readOnly: true });
  try {
    return JSON.stringify(Array.from(log.read(), ({ position, recordedAt, ...fact }) => fact));
  } finally {
    log.close();
  }
};

const problemsOf = (file: string) => {
  const log = openJournal(file, { readOnly: true });
  try {
    return [...verify(log)];
  } finally {
    log.close();
  }
};

describe('reading only', () => {
  const copyTo = (folder: string, suffixes: readonly string[]): string => {
    const target = join(place.folder, folder);
    mkdirSync(target);
    for (const suffix of suffixes) copyFileSync(place.file + suffix, join(target, `journal.db${suffix}`));
    return target;
  };

  it('appends nothing', () => {
    const log = openJournal(filled(), { readOnly: true });
    expect(troubleOf(() => log.writer('n7/cli'))[0]).toBe('read-only');
    log.close();
  });

  it('follows a living journal', () => {
    const live = place.open();
    const log = openJournal(place.file, { readOnly: true });
    const seen: number[] = [];
    log.follow({ after: 0 }, (facts) => seen.push(...facts.map((fact) => fact.position)));
    live.writer('n7/speaker').append(sampleFacts(2));
    log.refresh();
    expect(seen).toEqual([1, 2]);
    log.close();
  });

  // As another user, because permissions do not hold root back.
  it.each([
    { files: [''], facts: 2 },
    { files: ['', '-wal'], facts: 5 },
    { files: ['', '-wal', '-shm'], facts: 5 },
  ])('reads a copy of $files in a folder that may not be written to', ({ files, facts }) => {
    const live = place.open();
    const writer = live.writer('n7/speaker');
    writer.append(sampleFacts(2));
    const db = new DatabaseSync(place.file);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    writer.append(sampleFacts(3, 2));
    const folder = copyTo('copy', files);
    chmodSync(place.folder, 0o755);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
    chmodSync(folder, 0o555);
    const script = `
      const { openJournal } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const log = openJournal(process.argv[1], { readOnly: true });
      console.log([...log.read()].length);
      log.close();
    `;
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', script, join(folder, 'journal.db')],
      { encoding: 'utf8', ...nobody },
    );
    expect([stdout.trim(), stderr]).toEqual([String(facts), '']);
    expect(readdirSync(folder).length).toBe(files.length);
    chmodSync(folder, 0o755);
  });
});

describe('a full disk', () => {
  it.runIf(process.getuid?.() === 0)(
    'fails the append, loses nothing and is used again when there is room',
    () => {
      const script = `
      import { rmSync, writeFileSync } from 'node:fs';
      import assert from 'node:assert/strict';
      const { openJournal, verify } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const { sampleFacts } = await import(${JSON.stringify(new URL('./sample-facts.ts', import.meta.url).href)});
      const folder = process.argv[1];
      const log = openJournal(folder + '/journal.db');
      const writer = log.writer('n7/speaker');
      writeFileSync(folder + '/ballast', Buffer.alloc(262144));
      let appended = 0;
      let error;
      while (error === undefined) {
        try { appended = writer.append(sampleFacts(50, appended)).at(-1).position; } catch (caught) { error = caught; }
      }
      assert.equal(error.trouble, 'full', error.message);
      assert.equal([...log.read()].length, appended);
      rmSync(folder + '/ballast');
      assert.equal(writer.append(sampleFacts(1, appended))[0].position, appended + 1);
      assert.deepEqual([...verify(log)], []);
      log.close();
    `;
      const folder = join(place.folder, 'small');
      mkdirSync(folder);
      const inMount = 'mount -t tmpfs -o size=1m none "$1" && exec "$0" --input-type=module -e "$2" "$1"';
      const { status, stderr } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', inMount, process.execPath, folder, script],
        {
          encoding: 'utf8',
        },
      );
      expect([status, stderr]).toEqual([0, '']);
    },
  );
});
