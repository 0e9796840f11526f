/** A row of a table: what it is about, then its figures, already as text. */
export type Row = readonly string[];

const widthOf = (rows: readonly Row[], column: number): number =>
  Math.max(...rows.map((row) => row[column]?.length ?? 0));

/** Prints a table under a headline. The first `words` columns are words, the others are figures. */
export const printTable = (headline: string, head: Row, rows: readonly Row[], words = 1): void => {
  const all = [head, ...rows];
  const widths = head.map((_, column) => widthOf(all, column));
  const line = (row: Row): string =>
    head
      .map((_, i) => (i < words ? (row[i] ?? '').padEnd(widths[i]!) : (row[i] ?? '').padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  console.log(`\n${headline}\n`);
  console.log(`  ${line(head)}`);
  console.log(`  ${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(`  ${line(row)}`);
};

/** A figure with three significant digits, or a dash. */
export const figure = (value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return '-';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
};

/** Theirs divided by ours: above 1, we are ahead. */
export const ratio = (theirs: number | undefined, ours: number): string =>
  theirs === undefined || Number.isNaN(theirs / ours) ? '-' : `${figure(theirs / ours)}x`;

/** Says whether a figure is what is wanted of it. A figure that is not is marked, and fails nothing. */
export const judge = (
  what: string,
  measured: number,
  bound: 'at most' | 'at least',
  wanted: number,
  unit: string,
): void => {
  const met = bound === 'at most' ? measured <= wanted : measured >= wanted;
  const verdict = met ? '  ok    ' : '  MISSED';
  console.log(`${verdict}  ${what}: ${figure(measured)} ${unit}, wanted ${bound} ${wanted} ${unit}`);
};
