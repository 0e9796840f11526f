import { stripVTControlCharacters } from 'node:util';

/** What one probe found. */
export interface Outcome {
  readonly healthy: boolean;
  /** For people; holds no secret and no control character. */
  readonly detail: string;
}

/**
 * Asks a service once, and gives up when the signal says so.
 * @returns `undefined` when it was told to give up before anything was known
 */
export type Probe<Target> = (target: Target, giveUp: AbortSignal) => Promise<Outcome | undefined>;

const LONGEST = 200;

/** A foreign text, safe to print on one line: no escape sequences, control or direction characters. */
export const printable = (text: string): string => {
  const plain = stripVTControlCharacters(text)
    .replace(/\p{C}+/gu, ' ')
    .trim();
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST).trimEnd()}…`;
};

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'address not available',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name servers do not answer',
  ENOENT: 'no such file',
  EACCES: 'permission denied',
};

/** What went wrong, in the words people know. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return printable(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return WORDS[code] ?? printable(error.message || code || error.name);
};
