import { describe, expect, it } from 'vitest';
import { type Column, formatTable } from './table.ts';

interface Row {
  readonly name: string | null;
  readonly count: number;
  readonly parts: readonly string[];
}

const columns: readonly Column<Row>[] = [
  { header: 'NAME', cell: ({ name }) => name },
  { header: 'COUNT', cell: ({ count }) => count, right: true, tone: () => 'bad' },
  { header: 'PARTS', cell: ({ parts }) => parts },
];
const rows: readonly Row[] = [
  { name: 'long-name', count: 7, parts: ['a', 'bb'] },
  { name: null, count: 123456, parts: [] },
];
const looks = { now: 0, paint: (_: unknown, text: string) => text, width: Number.POSITIVE_INFINITY };

describe('a table', () => {
  it('aligns columns and gives a row as many lines as it needs', () => {
    expect(formatTable(columns, rows, looks)).toBe(
      [
        'NAME        COUNT  PARTS',
        'long-name       7  a',
        '                   bb',
        '-          123456  -',
        '',
      ].join('\n'),
    );
  });

  it('is a list of fields on a terminal too narrow for it', () => {
    expect(formatTable(columns, rows, { ...looks, width: 20 })).toBe(
      [
        'NAME: long-name',
        'COUNT: 7',
        'PARTS: a',
        'PARTS: bb',
        '',
        'NAME: -',
        'COUNT: 123456',
        'PARTS: -',
        '',
      ].join('\n'),
    );
  });

  it('is not wider for being painted', () => {
    const painted = formatTable(columns, rows, { ...looks, paint: (tone, text) => `<${tone}>${text}</>` });
    expect(painted.replaceAll(/<\/?\w*>/g, '')).toBe(formatTable(columns, rows, looks));
    expect(painted).toContain('     <bad>7</>');
  });

  it('keeps a terminal safe from what a peer says', () => {
    const evil = [{ name: '\x1b[2J\nx\u009b', count: 1, parts: [] }];
    expect(formatTable(columns, evil, looks)).toContain('\\x1b[2J\\x0ax\\x9b');
  });
});
