import { dirname, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import { parseServer, type Server } from './access.ts';
import type { Fields } from './fields.ts';
import { fileSource, given, refuseCertificates, refusePem, type Source } from './source.ts';

/** A cluster of a kubeconfig file. */
export interface ClusterEntry {
  readonly server: Server;
  readonly serverName: string | undefined;
  readonly verify: boolean;
  readonly ca: Source | undefined;
  /** The entry's own words, and what its extension holds for a credential program. */
  readonly written: { readonly server: string; readonly config: JsonObject | undefined };
}

/** The PEM in a `…-data` field; `undefined`, and a problem, when it is none. */
export const pemData = (fields: Fields, field: string): string | undefined => {
  const text = fields.text(field);
  if (text === undefined) return undefined;
  const pem = Buffer.from(text, 'base64').toString('latin1');
  if (refusePem(pem) === '') return pem;
  fields.refuse(field, 'a text that is no base64 of PEM', 'a certificate or key in PEM, in base64');
  return undefined;
};

/** A path of a kubeconfig file: relative ones start where the file is. */
export const pathIn = (fields: Fields, path: string): string => resolve(dirname(fields.file), path);

/** A field given as text, else as a file; the text wins, as it does for kubectl. */
export const pemSource = (
  fields: Fields,
  field: string,
  clock: Clock,
  refuse = refusePem,
): Source | undefined => {
  if (fields.has(`${field}-data`)) return given(pemData(fields, `${field}-data`));
  const path = fields.text(field);
  return path === undefined ? undefined : fileSource(pathIn(fields, path), clock, refuse);
};

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

const execConfig = (fields: Fields): JsonObject | undefined =>
  fields
    .list('extensions')
    .find((extension) => extension.text('name') === EXEC_EXTENSION)
    ?.map('extension')?.value;

/** Reads a cluster; `undefined` when it has no usable server. Problems are noted in the fields. */
export const readCluster = (fields: Fields, clock: Clock): ClusterEntry | undefined => {
  const written = fields.text('server');
  const server = written === undefined ? undefined : parseServer(written);
  if (server === undefined)
    fields.refuse(
      'server',
      written === undefined ? 'nothing' : 'a text that is no such URL',
      'https://host:port',
    );
  if (fields.has('proxy-url'))
    fields.refuse('proxy-url', 'a proxy', 'no proxy-url: vipcast speaks to the API server directly');
  const skip = fields.flag('insecure-skip-tls-verify');
  const ca = pemSource(fields, 'certificate-authority', clock, refuseCertificates);
  if (skip && ca !== undefined)
    fields.refuse('insecure-skip-tls-verify', 'true', 'no certificate-authority beside it, or false');
  if (server === undefined || written === undefined) return undefined;
  return {
    server,
    serverName: fields.text('tls-server-name'),
    verify: !skip,
    ca,
    written: { server: written, config: execConfig(fields) },
  };
};
