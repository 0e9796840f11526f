import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { faultOf } from '../wording.ts';

/** What a source said last. */
export interface Reading {
  /** The last good text; `undefined` when there never was one. */
  readonly text: string | undefined;
  /** Why the newest attempt failed; '' when it did not. */
  readonly trouble: string;
}

/** A certificate, key or token that may change while we run. */
export interface Source {
  readonly read: () => Promise<Reading>;
  /** The server did not like what was read: the next `read` looks again. */
  readonly doubt: () => void;
}

/** kubelet renews a token at 80 % of its life, which is never under ten minutes. */
const FRESH_MS = 60_000;

/** A text that never changes. */
export const given = (text: string | undefined): Source => {
  const reading = Promise.resolve({ text, trouble: '' });
  return { read: () => reading, doubt: () => undefined };
};

/**
 * A file, read again when what is known is a minute old or in doubt. A file that cannot be read, or that `refuse`
 * finds fault with, leaves the last good text in place: a rotation caught half-way costs nothing.
 *
 * @param refuse why the text cannot be used, or ''
 */
export const fileSource = (
  path: string,
  clock: Clock,
  refuse: (text: string) => string = () => '',
): Source => {
  let last: Reading = { text: undefined, trouble: '' };
  let readAt = Number.NEGATIVE_INFINITY;

  const readAgain = async (): Promise<Reading> => {
    try {
      const text = (await readFile(path, 'utf8')).trim();
      const fault = text === '' ? 'is empty' : refuse(text);
      return fault === '' ? { text, trouble: '' } : { text: last.text, trouble: `${path} ${fault}` };
    } catch (error) {
      return { text: last.text, trouble: `${path} cannot be read: ${faultOf(error)}` };
    }
  };

  return {
    read: async () => {
      const now = clock.monotonic();
      if (now - readAt < FRESH_MS && last.trouble === '') return last;
      last = await readAgain();
      readAt = now;
      return last;
    },
    doubt: () => {
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
};

/** Why a text cannot be a bearer token, or ''. */
export const refuseToken = (text: string): string =>
  /^[\x21-\x7e]+$/.test(text) ? '' : 'holds characters that no bearer token has';

/** Why a text cannot be PEM, or ''. */
export const refusePem = (text: string): string =>
  text.includes('-----BEGIN ') && text.includes('-----END ') ? '' : 'holds no PEM block';

/** Why a text cannot be certificates, or ''. OpenSSL would leave out in silence what it cannot read. */
export const refuseCertificates = (text: string): string => {
  const blocks = text.split(/(?=-----BEGIN )/).filter((block) => block.startsWith('-----BEGIN '));
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return 'holds a certificate that cannot be read';
  }
  return blocks.length === 0 ? 'holds no certificate' : '';
};
