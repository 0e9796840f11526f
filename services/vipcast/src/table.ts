import { harmless } from './harmless.ts';
import type { Paint, Tone } from './paint.ts';

/** A column: its header, and what it shows of a row; several lines where a row has several of something. */
export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row, now: number) => string | number | null | readonly (string | number | null)[];
  /** Numbers stand to the right. */
  readonly right?: boolean;
  readonly tone?: (row: Row) => Tone;
}

/** How wide a terminal must be for a table; below it each row becomes a list of its fields. */
const NARROW = 60;
const GAP = '  ';

const shown = (value: string | number | null | undefined): string =>
  value === null || value === '' ? '-' : value === undefined ? '' : harmless(String(value));

type Line = readonly string[];

const linesOf = <Row>(columns: readonly Column<Row>[], row: Row, now: number): readonly Line[] => {
  const cells = columns.map(({ cell }) => {
    const value = cell(row, now);
    return Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value];
  });
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) => cells.map((lines) => shown(lines[i])));
};

const asList = (headers: Line, lines: readonly Line[]): string =>
  lines
    .map((line) => line.map((text, i) => (text === '' ? '' : `${headers[i]}: ${text}\n`)).join(''))
    .join('');

/**
 * Rows as text. On a terminal too narrow for a table each row is a list of its fields.
 * @param columns of the terminal; infinite when piped
 */
export const formatTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { now, paint, width }: { readonly now: number; readonly paint: Paint; readonly width: number },
): string => {
  const headers = columns.map(({ header }) => header);
  const blocks = rows.map((row) => ({ row, lines: linesOf(columns, row, now) }));
  if (width < NARROW) return blocks.map(({ lines }) => asList(headers, lines)).join('\n');
  const widths = headers.map((header, i) =>
    blocks.reduce(
      (most, { lines }) => lines.reduce((width, line) => Math.max(width, line[i]!.length), most),
      header.length,
    ),
  );
  const put = (line: Line, tone: (i: number) => Tone): string =>
    `${line
      .map((text, i) => {
        const padding = ' '.repeat(widths[i]! - text.length);
        const painted = paint(tone(i), text);
        return columns[i]!.right ? padding + painted : i === line.length - 1 ? painted : painted + padding;
      })
      .join(GAP)
      .trimEnd()}\n`;
  const body = blocks.flatMap(({ row, lines }) =>
    lines.map((line) => put(line, (i) => columns[i]!.tone?.(row) ?? 'plain')),
  );
  return [put(headers, () => 'quiet'), ...body].join('');
};
