import type { Clock } from '../clock.ts';
import { pathIn, pemSource } from './cluster-entry.ts';
import type { ExecPlugin } from './exec-credential.ts';
import { readExec } from './exec-entry.ts';
import type { Fields } from './fields.ts';
import { fileSource, given, refuseToken, type Source } from './source.ts';

/** A user of a kubeconfig file. */
export interface UserEntry {
  readonly token: Source | undefined;
  readonly certificate: Source | undefined;
  readonly key: Source | undefined;
  readonly exec: ExecPlugin | undefined;
}

/** Fields that change who we are in ways this client does not know: leaving them out in silence would be wrong. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['auth-provider', 'exec: Kubernetes removed auth providers in 1.26'],
  ['username', 'a token, a client certificate or exec: Kubernetes removed basic authentication in 1.19'],
  ['password', 'a token, a client certificate or exec: Kubernetes removed basic authentication in 1.19'],
  ['as', 'no impersonation'],
  ['as-uid', 'no impersonation'],
  ['as-groups', 'no impersonation'],
  ['as-user-extra', 'no impersonation'],
];

const tokenSource = (fields: Fields, clock: Clock): Source | undefined => {
  const path = fields.text('tokenFile');
  if (path !== undefined) return fileSource(pathIn(fields, path), clock, refuseToken);
  const token = fields.text('token')?.trim();
  if (token === undefined) return undefined;
  const fault = refuseToken(token);
  if (fault !== '') fields.refuse('token', `a text that ${fault}`, 'a bearer token');
  return given(token);
};

/** Reads a user; problems are noted in the fields. */
export const readUser = (fields: Fields, clock: Clock): UserEntry => {
  for (const [field, instead] of UNSUPPORTED)
    if (fields.has(field)) fields.refuse(field, 'a setting that is not supported', instead);
  const certificate = pemSource(fields, 'client-certificate', clock);
  const key = pemSource(fields, 'client-key', clock);
  if (certificate !== undefined && key === undefined)
    fields.refuse('client-key', 'nothing', 'the key of client-certificate');
  if (key !== undefined && certificate === undefined)
    fields.refuse('client-certificate', 'nothing', 'the certificate of client-key');
  return { token: tokenSource(fields, clock), certificate, key, exec: readExec(fields) };
};
