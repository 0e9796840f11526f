import { type Document, isMap, isNode, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Path } from '../wording.ts';

/**
 * Where in the text a path leads: to a scalar itself (or its key, if that is meant), to the key of a collection, and
 * for a key that is missing to what it is missing from.
 * @returns an offset in code units
 */
export const offsetOf = (document: Document<ParsedNode>, path: Path, atKey = false): number => {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) break;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else break;
    const place = key === undefined || (isScalar(node) && !atKey) ? node : key;
    offset = (isNode(place) ? place.range?.[0] : undefined) ?? offset;
  }
  return offset;
};
