import { comparePrefixes, parsePrefix } from '@vipcast/net';

const collator = new Intl.Collator('en', { numeric: true });

/** Orders names as people do: `n2` before `n10`. */
export const byName = (a: string, b: string): number => collator.compare(a, b);

/** Orders things by one name after the other. */
export const byNames =
  <T>(...names: readonly ((thing: T) => string)[]) =>
  (a: T, b: T): number => {
    for (const name of names) {
      const order = byName(name(a), name(b));
      if (order !== 0) return order;
    }
    return 0;
  };

/** Orders prefix texts: IPv4 first, then by number. */
export const byPrefix = (a: string, b: string): number => {
  const [left, right] = [parsePrefix(a), parsePrefix(b)];
  return left === undefined || right === undefined ? byName(a, b) : comparePrefixes(left, right);
};
