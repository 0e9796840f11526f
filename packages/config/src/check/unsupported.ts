import type { Problem } from '../problem.ts';
import { describe, type Path } from '../wording.ts';

/** What the schema knows and nothing carries out yet. A feature that gets built loses its row here. */
const UNSUPPORTED: readonly {
  /** `*` stands for every element of a list. */
  readonly path: readonly string[];
  readonly when: (value: unknown) => boolean;
  readonly instead: string;
}[] = [
  { path: ['peers', '*', 'interface'], when: isSet, instead: 'give the peer an address' },
  { path: ['peers', '*', 'nextHop', 'strategy'], when: isLinkLocal, instead: 'choose another strategy' },
  { path: ['bgp', 'nextHop', 'strategy'], when: isLinkLocal, instead: 'choose another strategy' },
];

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isLinkLocal(value: unknown): boolean {
  return value === 'link-local';
}

/** Every place in `value` that a pattern leads to. */
const places = (value: unknown, pattern: readonly string[], at: Path = []): readonly [Path, unknown][] => {
  const [step, ...rest] = pattern;
  if (step === undefined) return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*')
    return Array.isArray(value) ? value.flatMap((element, i) => places(element, rest, [...at, i])) : [];
  return places((value as Record<string, unknown>)[step], rest, [...at, step]);
};

/** A problem for each setting that is understood and cannot be carried out yet. */
export const checkSupport = (file: unknown): readonly Problem[] =>
  UNSUPPORTED.flatMap(({ path, when, instead }) =>
    places(file, path)
      .filter(([, value]) => when(value))
      .map(([place, value]) => ({
        code: 'E_CONFIG_UNSUPPORTED' as const,
        path: place,
        found: describe(value),
        expected: instead,
        text: `not supported yet; ${instead}`,
      })),
  );
