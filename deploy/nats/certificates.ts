import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
const AUTHORITY_DAYS = '3650';

/** @throws Error with openssl's own words, or because there is no openssl 3 */
const openssl = (...args: readonly string[]): void => {
  try {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: Buffer };
    throw new Error(
      `openssl ${args[0]} failed (version 3 is needed): ${stderr?.toString().trim() || message}`,
    );
  }
};

const extensions = (...lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => ['-addext', line]);

/** Makes `ca.pem` and `ca.key` in a folder, unless they are there. */
export const makeAuthority = (folder: string, name: string): void => {
  const [certificate, key] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
  if (existsSync(certificate) && existsSync(key)) return;
  openssl(
    ...['req', '-x509', ...KEY, '-keyout', key, '-out', certificate],
    ...['-days', AUTHORITY_DAYS, '-subj', `/CN=${name}`],
    ...extensions('basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'),
  );
};

/**
 * Makes `server.pem` and `server.key` in a folder, unless they are there: to renew them, remove them.
 * @param authority the folder with the authority that signs
 * @param hosts names and addresses by which clients and other servers reach it
 */
export const makeServerCertificate = (
  folder: string,
  authority: string,
  { name, hosts, days }: { readonly name: string; readonly hosts: readonly string[]; readonly days: number },
): void => {
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  if (existsSync(certificate) && existsSync(key)) return;
  const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  openssl(
    ...['req', '-x509', '-CA', join(authority, 'ca.pem'), '-CAkey', join(authority, 'ca.key')],
    ...[...KEY, '-keyout', key, '-out', certificate, '-days', `${days}`, '-subj', `/CN=${name}`],
    ...extensions(
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth,clientAuth',
      `subjectAltName=${names.join(',')}`,
    ),
  );
};
