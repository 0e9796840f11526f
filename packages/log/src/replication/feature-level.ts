/** What a server lacks that matters here, by the release that brought it. */
const FEATURES: readonly { readonly since: readonly [number, number]; readonly lacking: string }[] = [
  { since: [2, 10], lacking: 'cannot be told to write to disk before it acknowledges (sync_interval)' },
  { since: [2, 10], lacking: 'stores facts uncompressed' },
  { since: [2, 14], lacking: 'acknowledges each fact by itself' },
];

const numbersOf = (version: string): readonly [number, number] => {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor];
};

/** True when a server of this version is of that release or a later one. */
export const isAtLeast = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [itsMajor, itsMinor] = numbersOf(version);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
};

/**
 * What a server is good for, in a line: `2.14: all that is asked for`, or what is missing.
 * @param differences how the stream differs from what was asked for
 */
export const featureLevel = (version: string, differences: readonly string[]): string => {
  const lacking = FEATURES.filter(({ since }) => !isAtLeast(version, since)).map(
    (feature) => feature.lacking,
  );
  const all = [...lacking, ...differences];
  return `${numbersOf(version).join('.')}: ${all.length === 0 ? 'all that is asked for' : all.join('; ')}`;
};
