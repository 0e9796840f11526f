import { describe, type Path } from './wording.ts';

/** What can be wrong with a configuration; stable, for tools. `W_` codes do not stop it from loading. */
export type Code =
  | 'E_CONFIG_UNREADABLE'
  | 'E_CONFIG_EMPTY'
  | 'E_CONFIG_TOO_LARGE'
  | 'E_CONFIG_TOO_DEEP'
  | 'E_CONFIG_ALIASES'
  | 'E_CONFIG_SYNTAX'
  | 'E_CONFIG_DUPLICATE_KEY'
  | 'E_CONFIG_UNKNOWN_KEY'
  | 'E_CONFIG_MISSING'
  | 'E_CONFIG_VALUE'
  | 'E_CONFIG_DUPLICATE'
  | 'E_CONFIG_CONFLICT'
  | 'E_CONFIG_UNKNOWN_NAME'
  | 'E_CONFIG_UNSUPPORTED'
  | 'E_CONFIG_TOO_MANY_ERRORS'
  | 'W_CONFIG_NO_HOLD_TIME'
  | 'W_CONFIG_UNUSED_NEXT_HOP'
  | 'W_CONFIG_UNREACHED_RULE'
  | 'W_CONFIG_UNKNOWN_NAME';

/** Something wrong, before its place in the text is known. */
export interface Problem {
  readonly code: Code;
  readonly path: Path;
  readonly found: string;
  readonly expected: string;
  /** The sentence after the field's name. */
  readonly text: string;
  /** The key itself is meant, not its value. */
  readonly atKey?: boolean;
  /** Where in the text, when the path cannot tell. */
  readonly offset?: number;
}

/** No more than this many problems are collected from one file. */
export const MOST_PROBLEMS = 200;

/** A value that is not what it should be. */
export const wrongValue = (path: Path, value: unknown, expected: string): Problem => {
  const found = describe(value);
  return { code: 'E_CONFIG_VALUE', path, found, expected, text: `found ${found}; expected ${expected}` };
};

/** A key that must be there and is not. */
export const missing = (path: Path, expected: string): Problem => ({
  code: 'E_CONFIG_MISSING',
  path,
  found: 'nothing',
  expected,
  text: `missing; expected ${expected}`,
});

/** Two settings that cannot both hold: `reason` says why, `expected` how to end it. */
export const conflict = (path: Path, value: unknown, reason: string, expected: string): Problem => ({
  code: 'E_CONFIG_CONFLICT',
  path,
  found: describe(value),
  expected,
  text: `${reason}; ${expected}`,
});
