import type { Problem } from './problem.ts';
import { fieldName } from './wording.ts';

/** Something wrong, or doubtful, at a place in a file. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** `peers[0].peerASN`; empty when it concerns the whole file. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  /** One whole sentence, ready to print. */
  readonly message: string;
  /** Stable, such as `E_CONFIG_UNKNOWN_KEY`. */
  readonly code: string;
}

/** The finding for a problem at a place. */
export const findingAt = (
  problem: Problem,
  file: string,
  place: { readonly line: number; readonly column: number },
): Finding => {
  const field = fieldName(problem.path);
  const { code, found, expected, text } = problem;
  const message = `${file}:${place.line}: ${field === '' ? '' : `${field}: `}${text}`;
  return { file, ...place, field, found, expected, message, code };
};

/**
 * The finding for a file that could not be read at all (absent, a directory, no permission), for the shell that
 * reads files and so that it says such things the same way.
 */
export const unreadable = (file: string, reason: string): Finding =>
  findingAt(
    {
      code: 'E_CONFIG_UNREADABLE',
      path: [],
      found: reason,
      expected: 'a readable file',
      text: `cannot be read: ${reason}`,
    },
    file,
    { line: 1, column: 1 },
  );
