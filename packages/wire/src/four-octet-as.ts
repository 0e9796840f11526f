import { AS_TRANS } from './iana.ts';
import type { AsPathSegment, PathAttribute } from './message.ts';

type Aggregator = Extract<PathAttribute, { kind: 'aggregator' }>;

const isConfederation = ({ kind }: AsPathSegment): boolean =>
  kind === 'confed-sequence' || kind === 'confed-set';

/** AS numbers as RFC 4271 §9.1.2.2 and RFC 5065 §5.3 count them: a set is one, confederations are none. */
const count = (segments: readonly AsPathSegment[]): number =>
  segments.reduce((sum, segment) => {
    if (isConfederation(segment)) return sum;
    return sum + (segment.kind === 'set' ? 1 : segment.asns.length);
  }, 0);

/** The first `wanted` AS numbers of a path, with the confederation segments before and next to them. */
const leading = (segments: readonly AsPathSegment[], wanted: number): AsPathSegment[] => {
  const taken: AsPathSegment[] = [];
  for (const segment of segments) {
    if (isConfederation(segment)) {
      taken.push(segment);
      continue;
    }
    if (wanted <= 0) break;
    taken.push(segment.kind === 'set' ? segment : { ...segment, asns: segment.asns.slice(0, wanted) });
    wanted -= segment.kind === 'set' ? 1 : segment.asns.length;
  }
  return taken;
};

/** One list of the two, with the sequences that meet made one. */
const join = (head: readonly AsPathSegment[], tail: readonly AsPathSegment[]): AsPathSegment[] => {
  const last = head.at(-1);
  const first = tail[0];
  if (last?.kind !== 'sequence' || first?.kind !== 'sequence') return [...head, ...tail];
  return [...head.slice(0, -1), { kind: 'sequence', asns: [...last.asns, ...first.asns] }, ...tail.slice(1)];
};

/** The path of four-octet AS numbers behind a two-octet AS_PATH and its AS4_PATH (RFC 6793 §4.2.3). */
export const mergePaths = (
  path: readonly AsPathSegment[],
  as4Path: readonly AsPathSegment[],
): readonly AsPathSegment[] => {
  const more = count(path) - count(as4Path);
  return more < 0 ? path : join(leading(path, more), as4Path);
};

const find = <K extends PathAttribute['kind']>(attributes: readonly PathAttribute[], kind: K) =>
  attributes.find((attribute): attribute is Extract<PathAttribute, { kind: K }> => attribute.kind === kind);

/** Folds AS4_PATH and AS4_AGGREGATOR of a two-octet speaker into AS_PATH and AGGREGATOR (RFC 6793 §4.2.3). */
export const mergeFourOctetAs = (attributes: readonly PathAttribute[]): readonly PathAttribute[] => {
  const as4Path = find(attributes, 'as4-path');
  const as4Aggregator = find(attributes, 'as4-aggregator');
  if (!as4Path && !as4Aggregator) return attributes;
  const aggregator = find(attributes, 'aggregator');
  // A two-octet speaker has aggregated again since: both AS4 attributes are out of date.
  const stale = as4Aggregator !== undefined && aggregator !== undefined && aggregator.asn !== AS_TRANS;
  return attributes.flatMap((attribute): PathAttribute[] => {
    if (attribute.kind === 'as4-path' || attribute.kind === 'as4-aggregator') return [];
    if (stale) return [attribute];
    if (attribute.kind === 'as-path' && as4Path)
      return [{ kind: 'as-path', segments: mergePaths(attribute.segments, as4Path.segments) }];
    if (attribute.kind === 'aggregator' && as4Aggregator)
      return [{ kind: 'aggregator', asn: as4Aggregator.asn, address: as4Aggregator.address }];
    return [attribute];
  });
};

const isWide = (asn: number): boolean => asn > 0xffff;

/**
 * The attributes as a peer gets them: a four-octet speaker none of the AS4 ones, a two-octet speaker those that hold
 * what AS_PATH and AGGREGATOR cannot (RFC 6793 §4.1, §4.2.2). AS4 attributes given are replaced.
 */
export const withFourOctetAs = (
  attributes: readonly PathAttribute[],
  fourOctetAs: boolean,
): readonly PathAttribute[] => {
  const own = attributes.some(({ kind }) => kind === 'as4-path' || kind === 'as4-aggregator')
    ? attributes.filter(({ kind }) => kind !== 'as4-path' && kind !== 'as4-aggregator')
    : attributes;
  if (fourOctetAs) return own;
  const added: PathAttribute[] = [];
  const segments = find(own, 'as-path')?.segments.filter((segment) => !isConfederation(segment)) ?? [];
  if (segments.some(({ asns }) => asns.some(isWide))) added.push({ kind: 'as4-path', segments });
  const aggregator: Aggregator | undefined = find(own, 'aggregator');
  if (aggregator && isWide(aggregator.asn)) added.push({ ...aggregator, kind: 'as4-aggregator' });
  return [...own, ...added];
};
