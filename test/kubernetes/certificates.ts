import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../interop/process.ts';

/** A certificate and its key: the files, as a server wants them, and the PEM texts, as a client does. */
export interface Identity {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

const identity = async (folder: string, name: string, ...args: readonly string[]): Promise<Identity> => {
  const certificateFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  await run(null, [
    'openssl',
    'req',
    '-x509',
    ...NEW_KEY,
    ...args,
    '-keyout',
    keyFile,
    '-out',
    certificateFile,
  ]);
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { certificateFile, keyFile, certificate, key };
};

/** Makes an authority that signs for itself. */
export const makeAuthority = (folder: string): Promise<Identity> =>
  identity(folder, 'authority', '-subj', '/CN=vipcast test authority');

/**
 * Makes a certificate signed by `authority`, for a server on loopback and for a client whose user name is the common
 * name and whose groups are the organisations of `subject`.
 */
export const makeIdentity = (folder: string, authority: Identity, subject: string): Promise<Identity> =>
  identity(
    folder,
    subject.replaceAll(/\W+/g, '-').replace('-', ''),
    ...['-subj', subject],
    ...['-CA', authority.certificateFile, '-CAkey', authority.keyFile],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost'],
  );

/** Writes the key that signs the tokens of ServiceAccounts, and returns its file. */
export const writeAccountsKey = async (folder: string): Promise<string> => {
  const file = join(folder, 'accounts.key');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(file, privateKey.export({ type: 'sec1', format: 'pem' }));
  return file;
};
