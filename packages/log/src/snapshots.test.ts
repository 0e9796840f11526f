import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './index.ts';
import { journalPlace } from './place.ts';
import { type Mark, openSnapshots } from './snapshots.ts';

let place: ReturnType<typeof journalPlace>;
let file: string;
beforeEach(() => {
  place = journalPlace();
  openJournal(place.file).close();
  file = `${place.file}.snapshots`;
});
afterEach(() => place.clean());

const mark = (position: number): Mark => ({
  position,
  hash: Uint8Array.of(1, position),
  start: position - 10,
  earliest: position - 0.5,
  latest: position + 0.25,
});

const keep = (version: string, position: number, state: unknown): void => {
  const snapshots = openSnapshots(place.file, version)!;
  expect(snapshots.add(mark(position), state)).toBeGreaterThan(0);
  snapshots.close();
};

const kept = (version: string): readonly (readonly [number, unknown])[] => {
  const snapshots = openSnapshots(place.file, version)!;
  const states = snapshots.marks().map(({ position }) => [position, snapshots.state(position)] as const);
  snapshots.close();
  return states;
};

describe('snapshots', () => {
  it('give a state back as it was, what it shares still shared', () => {
    const shared = { bytes: Uint8Array.of(1, 2), none: undefined };
    const state = new Map([
      ['a', new Set([shared])],
      ['b', new Set([shared])],
    ]);
    keep('1', 20, state);
    keep('1', 10, 'early');
    const [early, late] = kept('1');
    expect(early).toEqual([10, 'early']);
    expect(late).toEqual([20, state]);
    const back = late![1] as typeof state;
    expect([...back.get('a')!][0]).toBe([...back.get('b')!][0]);
  });

  it('give marks back as they were, in order', () => {
    keep('1', 20, 0);
    keep('1', 10, 0);
    const snapshots = openSnapshots(place.file, '1')!;
    expect(snapshots.marks()).toEqual([mark(10), mark(20)].map((each) => expect.objectContaining(each)));
    expect(snapshots.state(11)).toBeUndefined();
    snapshots.close();
  });

  it('of another version are dropped', () => {
    keep('1', 10, 'old');
    expect(kept('2')).toEqual([]);
    expect(kept('1')).toEqual([]);
  });

  it('are forgotten on demand', () => {
    keep('1', 10, 'old');
    const snapshots = openSnapshots(place.file, '1')!;
    snapshots.clear();
    expect(snapshots.marks()).toEqual([]);
    snapshots.close();
  });

  it('are for those who may read the journal', () => {
    keep('1', 10, 0);
    expect(statSync(file).mode).toBe(statSync(place.file).mode);
  });

  it.each(['', 'not a database', 'x'.repeat(10_000)])('begin anew in a file that says %j', (text) => {
    writeFileSync(file, text);
    openSnapshots(place.file, '1')?.close();
    keep('1', 10, 'new');
    expect(kept('1')).toEqual([[10, 'new']]);
  });

  it('whose bytes are damaged are as if they were not there', () => {
    keep('1', 10, 'x'.repeat(100));
    const bytes = readFileSync(file);
    // The magic number of a zstd frame (RFC 8878 §3.1.1).
    const at = bytes.indexOf(Buffer.from('28b52ffd', 'hex'));
    bytes.fill(0, at, at + 8);
    writeFileSync(file, bytes);
    expect(kept('1')).toEqual([[10, undefined]]);
  });

  it('are not written through a link', () => {
    const elsewhere = join(place.folder, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, file);
    expect(openSnapshots(place.file, '1')).toBeUndefined();
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });

  it('are none where nothing can be written', () => {
    expect(openSnapshots(join(place.folder, 'nowhere', 'journal.db'), '1')).toBeUndefined();
    expect(existsSync(join(place.folder, 'nowhere'))).toBe(false);
  });

  it('can be used by two at once', () => {
    const [one, other] = [openSnapshots(place.file, '1')!, openSnapshots(place.file, '1')!];
    one.add(mark(10), 'one');
    other.add(mark(10), 'other');
    other.add(mark(20), 'more');
    expect(one.marks().map(({ position }) => one.state(position))).toEqual(['other', 'more']);
    one.close();
    other.close();
  });
});
