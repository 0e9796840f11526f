/** Why the API server cannot be found or spoken to with what the files say. Never holds a secret. */
export interface AccessProblem {
  readonly file: string;
  /** Dotted, from the top of the file: `clusters[0].cluster.server`. Empty for the file itself. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  /** All of it in one line. */
  readonly message: string;
}

/** A problem, with its line. */
export const accessProblem = (
  file: string,
  field: string,
  found: string,
  expected: string,
): AccessProblem => ({
  file,
  field,
  found,
  expected,
  message: `${file}: ${field === '' ? '' : `${field}: `}found ${found}; expected ${expected}`,
});

/** A value's kind and never the value: it may be a secret. */
export const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};
