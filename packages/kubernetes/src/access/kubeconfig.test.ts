import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  authority,
  base64,
  CANARY,
  config,
  file,
  folder,
  load,
  PEM,
  problemOf,
  tokenOf,
} from './access-fixture.ts';

describe('a kubeconfig file', () => {
  it.each([
    ['https://10.0.0.1:6443', { protocol: 'https:', host: '10.0.0.1', port: 6443, prefix: '' }],
    ['https://api.example', { protocol: 'https:', host: 'api.example', port: 443, prefix: '' }],
    ['http://[fd00::1]:8080/', { protocol: 'http:', host: 'fd00::1', port: 8080, prefix: '' }],
    ['https://rancher/k8s/clusters/c-1/', { host: 'rancher', port: 443, prefix: '/k8s/clusters/c-1' }],
    ['10.0.0.1:6443', { protocol: 'https:', host: '10.0.0.1', port: 6443 }],
  ])('names the server %s', async (server, expected) => {
    expect((await load({ kubeconfig: file('server', config({ server })) })).server).toMatchObject(expected);
  });

  it('may be YAML', async () => {
    const text = `current-context: c
contexts: [{ name: c, context: { cluster: k, user: u, namespace: prod } }]
clusters:
- name: k
  cluster: { server: https://h, tls-server-name: kubernetes, insecure-skip-tls-verify: true }
users: [{ name: u, user: { token: t } }]
`;
    const access = await load({ kubeconfig: file('yaml', text) });
    expect(access).toMatchObject({ namespace: 'prod', serverName: 'kubernetes', verify: false });
    expect(await tokenOf(access)).toBe('t');
  });

  it.each<[string, object, string | undefined]>([
    ['nothing', {}, undefined],
    ['a token', { token: ' abc\n' }, 'abc'],
    ['a token file beside it', { tokenFile: 'token', token: 'less' }, 'from-file'],
    [
      'a token file that is not there',
      { tokenFile: 'nowhere' },
      expect.stringMatching(/^none: .*nowhere cannot be read: ENOENT$/),
    ],
    ['an empty token file', { tokenFile: 'empty' }, expect.stringMatching(/^none: .*empty is empty$/)],
    [
      'a token file with two lines',
      { tokenFile: 'two' },
      expect.stringMatching(/^none: .*two holds characters/),
    ],
  ])('introduces us with %s', async (_, user, expected) => {
    file('token', 'from-file\n');
    file('empty', '\n');
    file('two', `${CANARY}\nb`);
    expect(await tokenOf(await load({ kubeconfig: file('user', config({}, user)) }))).toEqual(expected);
  });

  it('takes certificates as data before files, and files from beside it', async () => {
    file('other.pem', PEM.replace(CANARY, 'other'));
    const user = {
      'client-certificate': 'other.pem',
      'client-key': './other.pem',
      'client-key-data': base64(PEM),
    };
    const access = await load({
      kubeconfig: file('certificates', config({ 'certificate-authority': authority.certFile }, user)),
    });
    const answer = await access.identity();
    if (!answer.ok) throw new Error(answer.message);
    const { ca, certificate, key } = answer.identity.trust;
    expect([ca === authority.cert.trim(), certificate?.includes('other'), key?.reveal()]).toEqual([
      true,
      true,
      PEM,
    ]);
    expect((await access.identity()) as unknown).toMatchObject({
      identity: { trust: answer.identity.trust },
    });
  });

  it.each<[string, unknown, string, string]>([
    ['no mapping', '- a', '', 'a list'],
    ['a broken line', `token: "${CANARY}\nx: [`, '', 'at line'],
    ['the same key twice', `clusters: []\nclusters: [${CANARY}]`, '', 'DUPLICATE_KEY at line 2'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]`,
      '',
      'aliases',
    ],
    ['no context', { clusters: [] }, 'current-context', 'nothing'],
    ['an unknown context', { ...config({}), 'current-context': 'd' }, 'current-context', '"d"'],
    ['an unknown cluster', config({}, {}, { cluster: 'z' }), 'contexts[0].context.cluster', '"z"'],
    ['an unknown user', config({}, {}, { user: 'z' }), 'contexts[0].context.user', '"z"'],
    ['no server', config({ server: undefined }), 'clusters[0].cluster.server', 'nothing'],
    [
      'a server with a password',
      config({ server: `https://u:${CANARY}@h` }),
      'clusters[0].cluster.server',
      'no such URL',
    ],
    [
      'a server by another protocol',
      config({ server: 'ftp://h' }),
      'clusters[0].cluster.server',
      'no such URL',
    ],
    ['a server that is a number', config({ server: 7 }), 'clusters[0].cluster.server', 'a number'],
    ['a proxy', config({ 'proxy-url': 'socks5://h' }), 'clusters[0].cluster.proxy-url', 'a proxy'],
    [
      'an authority that is no PEM',
      config({ 'certificate-authority-data': base64(CANARY) }),
      'clusters[0].cluster.certificate-authority-data',
      'no base64 of PEM',
    ],
    [
      'an authority and no verification',
      config({ 'certificate-authority-data': base64(PEM), 'insecure-skip-tls-verify': true }),
      'clusters[0].cluster.insecure-skip-tls-verify',
      'true',
    ],
    [
      'a flag that is a text',
      config({ 'insecure-skip-tls-verify': 'yes' }),
      'clusters[0].cluster.insecure-skip-tls-verify',
      'a text',
    ],
    ['a token that is a list', config({}, { token: [CANARY] }), 'users[0].user.token', 'a list'],
    ['a token of two lines', config({}, { token: `${CANARY}\nb` }), 'users[0].user.token', 'characters'],
    [
      'a key without its certificate',
      config({}, { 'client-key-data': base64(PEM) }),
      'users[0].user.client-certificate',
      'nothing',
    ],
    [
      'a certificate without its key',
      config({}, { 'client-certificate-data': base64(PEM) }),
      'users[0].user.client-key',
      'nothing',
    ],
    [
      'an auth provider',
      config({}, { 'auth-provider': { name: 'gcp', config: { 'access-token': CANARY } } }),
      'users[0].user.auth-provider',
      'not supported',
    ],
    [
      'a password',
      config({}, { username: 'a', password: CANARY }),
      'users[0].user.username',
      'not supported',
    ],
    ['impersonation', config({}, { as: 'root' }), 'users[0].user.as', 'not supported'],
    [
      'exec without a command',
      config({}, { exec: { apiVersion: 'client.authentication.k8s.io/v1' } }),
      'users[0].user.exec.command',
      'nothing',
    ],
    [
      'exec of an old version',
      config({}, { exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1' } }),
      'users[0].user.exec.apiVersion',
      'v1alpha1',
    ],
    [
      'exec that wants a person',
      config(
        {},
        { exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Always' } },
      ),
      'users[0].user.exec.interactiveMode',
      'Always',
    ],
  ])('with %s is refused by name', async (_, content, field, found) => {
    const kubeconfig = file('bad', content);
    const problem = await problemOf({ kubeconfig });
    expect(problem).toMatchObject({ file: kubeconfig, field, found: expect.stringContaining(found) });
    expect(problem.message).toBe(
      `${kubeconfig}: ${field === '' ? '' : `${field}: `}found ${problem.found}; expected ${problem.expected}`,
    );
  });

  it('that is not there, or a folder, is refused', async () => {
    expect(await problemOf({ kubeconfig: join(folder, 'none') })).toMatchObject({ found: 'no such file' });
    expect(await problemOf({ kubeconfig: folder })).toMatchObject({ found: 'EISDIR' });
  });
});
