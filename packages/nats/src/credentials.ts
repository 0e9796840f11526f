import { readFileSync } from 'node:fs';
import { type Authenticator, credsAuthenticator, nkeyAuthenticator, nkeys } from 'nats';

/** What a key lets its holder prove. */
export interface Credentials {
  readonly authenticator: Authenticator;
  /** The key's public half: servers know its holder by it. */
  readonly publicKey: string;
}

const SEED = /^SU[A-Z2-7]{56}$/m;

/**
 * Reads an nkey seed (`SU…`) or a `.creds` file.
 * @throws Error when the file cannot be read or holds neither kind of credentials; its content is never in it
 */
export const credentialsIn = (file: string): Credentials => {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  const seed = SEED.exec(text)?.[0];
  if (seed === undefined) throw new Error(`${file} holds neither an nkey seed nor a .creds file`);
  const key = Buffer.from(seed);
  const isToken = text.includes('BEGIN NATS USER JWT');
  try {
    const publicKey = nkeys.fromSeed(key).getPublicKey();
    return { publicKey, authenticator: isToken ? credsAuthenticator(bytes) : nkeyAuthenticator(key) };
  } catch {
    throw new Error(`the nkey seed in ${file} is damaged`);
  }
};
