/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, before[j - 2]! + 1);
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
};

/**
 * The known name somebody most likely meant: case and separators do not count, a word cut short does not either,
 * and otherwise at most a third of the letters may differ.
 * @returns the name, or `undefined` when none is near
 */
export const nearestName = (name: string, known: Iterable<string>): string | undefined => {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');
  const wanted = plain(name);
  if (wanted.length > 64) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const other = plain(candidate);
    if (Math.abs(other.length - wanted.length) >= fewest && !other.startsWith(wanted)) continue;
    const edits = wanted.length > 2 && other.startsWith(wanted) ? 0.5 : distance(wanted, other);
    if (edits >= fewest || (wanted === other ? false : edits >= wanted.length)) continue;
    fewest = wanted === other ? 0 : edits;
    best = candidate;
  }
  return best;
};
