import { isObject, type JsonObject, objectOf, parseJson, textOf } from '../json.ts';
import type { Credentials } from './identity.ts';
import { refusePem, refuseToken } from './source.ts';

/** The versions of ExecCredential that are spoken. */
export const API_VERSIONS = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** A program that prints credentials. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly apiVersion: ApiVersion;
  /** What the file says to a person who has no such program. */
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
}

/** The cluster as such a program is told of it, when it asks to be. */
export interface ClusterInfo {
  readonly server: string;
  readonly serverName: string | undefined;
  readonly verify: boolean;
  readonly ca: string | undefined;
  readonly config: JsonObject | undefined;
}

/** What goes into `KUBERNETES_EXEC_INFO`. */
export const execInfo = (plugin: ExecPlugin, cluster: ClusterInfo): string =>
  JSON.stringify({
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo && {
        cluster: {
          server: cluster.server,
          'tls-server-name': cluster.serverName,
          ...(!cluster.verify && { 'insecure-skip-tls-verify': true }),
          'certificate-authority-data':
            cluster.ca === undefined ? undefined : Buffer.from(cluster.ca).toString('base64'),
          config: cluster.config,
        },
      }),
    },
  });

/** What a program printed. */
export interface Issued extends Credentials {
  /** Milliseconds since 1970; `undefined` when they hold until they are refused. */
  readonly expiresAt: number | undefined;
}

/** Reads what a program printed; a text says what is wrong with it, and quotes none of it. */
export const readCredential = (plugin: ExecPlugin, output: string): Issued | string => {
  const value = parseJson(output);
  if (!isObject(value)) return 'did not print a JSON object';
  if (value.kind !== 'ExecCredential') return 'printed an object that is no ExecCredential';
  if (value.apiVersion !== plugin.apiVersion) return `did not answer with apiVersion ${plugin.apiVersion}`;
  const status = objectOf(value, 'status');
  const token = textOf(status, 'token') || undefined;
  const certificate = textOf(status, 'clientCertificateData') || undefined;
  const key = textOf(status, 'clientKeyData') || undefined;
  if ((certificate === undefined) !== (key === undefined))
    return 'printed only one of clientCertificateData and clientKeyData';
  if (token === undefined && certificate === undefined) return 'printed neither a token nor a certificate';
  if (token !== undefined && refuseToken(token) !== '') return `printed a token that ${refuseToken(token)}`;
  if ([certificate, key].some((pem) => pem !== undefined && refusePem(pem) !== ''))
    return 'printed a certificate or key that is not PEM';
  const expiry = textOf(status, 'expirationTimestamp');
  const expiresAt = expiry === '' ? undefined : Date.parse(expiry);
  if (Number.isNaN(expiresAt)) return 'printed an expirationTimestamp that is no time';
  return { token, certificate, key, expiresAt, trouble: '' };
};
