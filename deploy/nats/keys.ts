import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nkeys } from 'nats';
import type { Role, User } from './users.ts';

const KEY = '.nkey';
const NAME = /^[a-z0-9][a-z0-9._-]*$/i;

/** The public half of the key in a file, which is made if there is none; nobody but its owner may read it. */
const publicKeyIn = (file: string): string => {
  if (!existsSync(file)) {
    const seed = Buffer.from(nkeys.createUser().getSeed());
    writeFileSync(file, `${seed}\n`, { mode: 0o600, flag: 'wx' });
  }
  return nkeys.fromSeed(Buffer.from(readFileSync(file, 'utf8').trim())).getPublicKey();
};

/**
 * Everybody of a role who has a key in a folder, and those named now.
 * @throws Error for a name that is none
 */
export const makeUsers = (folder: string, role: Role, names: readonly string[]): readonly User[] => {
  const strange = names.find((name) => !NAME.test(name));
  if (strange !== undefined) throw new Error(`${JSON.stringify(strange)} is not the name of a ${role}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const known = readdirSync(folder).filter((file) => file.endsWith(KEY));
  const all = [...new Set([...known.map((file) => basename(file, KEY)), ...names])].toSorted();
  return all.map((name) => ({ role, name, publicKey: publicKeyIn(join(folder, name + KEY)) }));
};

/** The one who has the key `<name>.nkey` in a folder. */
export const makeUser = (folder: string, role: Role, name: string): User => ({
  role,
  name,
  publicKey: publicKeyIn(join(folder, name + KEY)),
});
