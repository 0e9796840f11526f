import { type Secret, secret } from './secret.ts';
import type { Reading, Source } from './source.ts';

/** What TLS needs to know. The same object for as long as nothing in it changes. */
export interface Trust {
  /** PEM; `undefined` for the system's authorities. */
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: Secret | undefined;
}

/** How to introduce ourselves, right now. */
export interface Identity {
  readonly trust: Trust;
  readonly token: Secret | undefined;
  /** What could not be renewed, though something older is still there; else ''. */
  readonly trouble: string;
}

/** An identity, or why there is none: an anonymous request is never sent in its place. */
export type IdentityAnswer =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly message: string };

/** A token, or a certificate with its key, that a program hands out together. */
export interface Credentials {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly trouble: string;
}

/** Where credentials come from; what is `undefined` is not configured. */
export interface CredentialSources {
  readonly ca: Source | undefined;
  readonly token: Source | undefined;
  readonly certificate: Source | undefined;
  readonly key: Source | undefined;
  readonly program: { readonly read: () => Promise<Credentials>; readonly doubt: () => void } | undefined;
}

/** The identity, asked for before each request. */
export interface IdentitySource {
  readonly identity: () => Promise<IdentityAnswer>;
  /** The server refused us, or we it: everything is read again the next time. */
  readonly doubt: () => void;
}

const nothing: Reading = { text: undefined, trouble: '' };

/** Puts an identity together from its sources. */
export const createIdentity = (sources: CredentialSources): IdentitySource => {
  const { ca, token, certificate, key, program } = sources;
  let trust: Trust | undefined;
  let trustKey = '';

  /** One object for equal contents: connections are kept by it. */
  const trustOf = (parts: readonly (string | undefined)[]): Trust => {
    const together = parts.join('\0');
    if (trust === undefined || together !== trustKey) {
      trustKey = together;
      trust = {
        ca: parts[0],
        certificate: parts[1],
        key: parts[2] === undefined ? undefined : secret(parts[2]),
      };
    }
    return trust;
  };

  return {
    identity: async () => {
      const asked = [ca, certificate, key, token].map((source) => source?.read() ?? nothing);
      const [handed, authority = nothing, own = nothing, ownKey = nothing, bearer = nothing] =
        await Promise.all([program?.read(), ...asked]);
      const trouble = [authority, own, ownKey, bearer, handed]
        .map((reading) => reading?.trouble ?? '')
        .filter((text) => text !== '')
        .join('; ');
      const missing = [
        [ca, authority],
        [certificate, own],
        [key, ownKey],
        [token, bearer],
      ].some(([source, reading]) => source !== undefined && (reading as Reading).text === undefined);
      const useless = program !== undefined && !handed?.token && !handed?.certificate;
      if (missing || useless) return { ok: false, message: trouble };
      const text = handed?.token ?? bearer.text;
      return {
        ok: true,
        identity: {
          trust: trustOf([authority.text, handed?.certificate ?? own.text, handed?.key ?? ownKey.text]),
          token: text === undefined ? undefined : secret(text),
          trouble,
        },
      };
    },
    doubt: () => {
      for (const source of [ca, token, certificate, key, program]) source?.doubt();
    },
  };
};
