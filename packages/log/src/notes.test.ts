import { afterEach, describe, expect, it } from 'vitest';
import { openNotes, patientNotes } from './notes.ts';
import { journalPlace } from './place.ts';

describe("a daemon's notes", () => {
  const place = journalPlace();
  afterEach(place.clean);

  it('take no word that comes after they were closed, and do not mind it', () => {
    const notes = patientNotes(openNotes(place.file));
    notes.set('last', 'in time');
    notes.close();
    notes.set('last', 'too late');
    notes.setPresence({ node: 'n1', at: 1, present: true });
    const again = openNotes(place.file);
    expect(again.get('last')).toBe('in time');
    expect(again.presence()).toEqual([]);
    again.close();
  });
});
