import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { afterAll, describe, expect, it } from 'vitest';
import { credentialsIn } from './credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipcast-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const user = nkeys.createUser();
const seed = Buffer.from(user.getSeed()).toString();
const creds = `-----BEGIN NATS USER JWT-----
e30.e30.e30
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`;

const problemWith = (file: string): string => {
  try {
    credentialsIn(file);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a file with credentials', () => {
  it.each([
    ['an nkey seed', `${seed}\n`, undefined],
    ['a seed behind a comment', `# n1\n${seed}\n`, undefined],
    ['a token and its seed', creds, 'e30.e30.e30'],
  ])('may hold %s', (name, text, jwt) => {
    const { authenticator, publicKey } = credentialsIn(fileOf(name, text));
    expect(publicKey).toBe(user.getPublicKey());
    const proof = authenticator('a nonce') as { readonly sig: string; readonly jwt?: string };
    expect(user.verify(Buffer.from('a nonce'), Buffer.from(proof.sig, 'base64url'))).toBe(true);
    expect(proof.jwt).toBe(jwt);
  });

  it.each([
    ['nothing', '', /holds neither an nkey seed nor a \.creds file/],
    ['a token without a seed', creds.replace(seed, ''), /holds neither/],
    ['half a seed', seed.slice(0, 30), /holds neither/],
    ["an account's seed", Buffer.from(nkeys.createAccount().getSeed()).toString(), /holds neither/],
    ['a seed with a slip in it', `SUAAAA${seed.slice(6)}`, /is damaged/],
  ])('that holds %s is named, and nothing of it told', (name, text, expected) => {
    const problem = problemWith(fileOf(name, text));
    expect(problem).toMatch(expected);
    expect(problem).toContain(join(folder, name));
    expect(problem).not.toContain(seed.slice(6, 30));
  });

  it('must be there', () => {
    expect(problemWith(join(folder, 'nowhere'))).toMatch(/no such file or directory/);
  });
});
