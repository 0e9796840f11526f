import { readFileSync } from 'node:fs';
import { type Config, lateFinding, passwordOf } from '@vipcast/config';

/** What is wrong with a password file; never its content. */
export interface SecretProblem {
  readonly message: string;
  /** The file could not be read here; another machine, or another user, may fare better. */
  readonly unreadable: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/** What is wrong with one password file, as it is now. */
export const passwordProblem = (
  passwordFile: string,
): { readonly text: string; readonly unreadable: boolean } | undefined => {
  try {
    const password = passwordOf(readFileSync(passwordFile));
    return password.ok ? undefined : { text: password.message, unreadable: false };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return { text: `cannot be read: ${REASONS[code] ?? code}`, unreadable: true };
  }
};

/**
 * What is wrong with the password files that a configuration points to.
 * @param source the text of the configuration file
 */
export const secretProblems = (file: string, source: string, config: Config): readonly SecretProblem[] =>
  config.peers.flatMap(({ passwordFile }, index) => {
    const problem = passwordFile === null ? undefined : passwordProblem(passwordFile);
    if (problem === undefined) return [];
    const { text, unreadable } = problem;
    const path = ['peers', index, 'passwordFile'];
    return [{ message: lateFinding(source, file, path, `${passwordFile} ${text}`).message, unreadable }];
  });
