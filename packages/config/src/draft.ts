import type { z } from 'zod';
import { MOST_PROBLEMS, type Problem, wrongValue } from './problem.ts';
import type { BgpSection } from './schema/bgp.ts';
import { LISTS, SECTIONS } from './schema/file.ts';
import type { PeerEntry } from './schema/peer.ts';
import type { RuleEntry } from './schema/policy.ts';
import { label } from './schema/scalar.ts';
import { unknownKey, validate } from './schema/validation.ts';
import type { VipEntry } from './schema/vip.ts';

/** An element of a list and its place there; elements that are wrong in themselves are left out. */
export interface Entry<T> {
  readonly index: number;
  readonly value: T;
}

type Section<K extends keyof typeof SECTIONS> = z.output<(typeof SECTIONS)[K]> | undefined;

/**
 * The file after each part was checked by itself. Parts that failed are missing, so that what concerns several parts
 * can still be checked on the others and all errors come at once.
 */
export interface Draft {
  readonly cluster: Section<'cluster'>;
  readonly node: Section<'node'>;
  readonly bgp: BgpSection | undefined;
  readonly kubernetes: Section<'kubernetes'>;
  readonly log: Section<'log'>;
  readonly lookingGlass: Section<'lookingGlass'>;
  readonly peers: readonly Entry<PeerEntry>[];
  readonly vips: readonly Entry<VipEntry>[];
  readonly policy: readonly Entry<RuleEntry>[];
  /** Names in the file, also those of entries that failed. */
  readonly names: { readonly peers: ReadonlySet<string>; readonly vips: ReadonlySet<string> };
}

type Raw = Readonly<Record<string, unknown>>;

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const namesIn = (value: unknown): ReadonlySet<string> =>
  new Set(
    listed(value)
      .map((element) => (element as Raw | null)?.name)
      .filter((name): name is string => label.safeParse(name).success),
  );

const readList = <T extends z.ZodType>(schema: T, key: string, value: unknown, problems: Problem[]) => {
  const entries: Entry<z.output<T>>[] = [];
  if (!Array.isArray(value) && value !== undefined && value !== null)
    problems.push({
      ...wrongValue([key], null, 'a list'),
      found: 'no list',
      text: 'found no list; expected one',
    });
  for (const [index, element] of listed(value).entries()) {
    if (problems.length >= MOST_PROBLEMS) break;
    const read = validate(schema, element, [key, index], problems);
    if (read !== undefined) entries.push({ index, value: read });
  }
  return entries;
};

/** Checks every part of the file's value by itself; what is wrong goes to `problems`. */
export const readDraft = (file: Raw, problems: Problem[]): Draft => {
  const known = [...Object.keys(SECTIONS), ...Object.keys(LISTS)];
  for (const key of Object.keys(file))
    if (!known.includes(key) && problems.length < MOST_PROBLEMS) problems.push(unknownKey([], key, known));
  const section = <K extends keyof typeof SECTIONS>(key: K): Section<K> =>
    validate(SECTIONS[key] as z.ZodType<Section<K>>, file[key], [key], problems);
  return {
    cluster: section('cluster'),
    node: section('node'),
    bgp: section('bgp'),
    kubernetes: section('kubernetes'),
    log: section('log'),
    lookingGlass: section('lookingGlass'),
    peers: readList(LISTS.peers, 'peers', file.peers, problems),
    vips: readList(LISTS.vips, 'vips', file.vips, problems),
    policy: readList(LISTS.policy, 'policy', file.policy, problems),
    names: { peers: namesIn(file.peers), vips: namesIn(file.vips) },
  };
};
