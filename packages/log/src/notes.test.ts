import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal.ts';
import { openNotes, patientNotes } from './notes.ts';

describe("a daemon's notes", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vipcast-notes-'));
    file = join(folder, 'journal.db');
    openJournal(file).close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('take no word that comes after they were closed, and do not mind it', () => {
    const notes = patientNotes(openNotes(file));
    notes.set('last', 'in time');
    notes.close();
    notes.set('last', 'too late');
    notes.setPresence({ node: 'n1', at: 1, present: true });
    const again = openNotes(file);
    expect(again.get('last')).toBe('in time');
    expect(again.presence()).toEqual([]);
    again.close();
  });
});
