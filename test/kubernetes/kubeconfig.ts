import type { Identity } from './certificates.ts';

/** Who a client says it is. */
export type User = { readonly token: string } | Pick<Identity, 'certificate' | 'key'>;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const credentials = (user: User) =>
  'token' in user
    ? user
    : { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) };

/** The text of a kubeconfig with everything in it, as kubeadm writes one; JSON, which is YAML too. */
export const kubeconfig = (server: string, authority: string, user: User): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'test', user: credentials(user) }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
