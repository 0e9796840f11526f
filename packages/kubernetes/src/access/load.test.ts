import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
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
import type { AccessOptions } from './load.ts';

describe('the place of the kubeconfig', () => {
  it('may be several files in KUBECONFIG, of which the first to say something holds', async () => {
    const one = file('one', {
      'current-context': 'c',
      contexts: config({}, {}, { namespace: 'first' }).contexts,
    });
    const two = file(
      'two-file',
      config({ server: 'https://two' }, { token: 'two' }, { namespace: 'second' }),
    );
    const three = file('three', { ...config({ server: 'https://three' }), 'current-context': 'd' });
    const env = { KUBECONFIG: `${one}:${join(folder, 'missing')}::${two}:${three}` };
    const access = await load({ env });
    expect(access).toMatchObject({ namespace: 'first', server: { host: 'two' } });
    expect(await tokenOf(access)).toBe('two');
  });

  it.each<[string, AccessOptions, string]>([
    [
      'the file named, before all',
      {
        kubeconfig: 'named',
        env: { KUBECONFIG: 'listed', KUBERNETES_SERVICE_HOST: 'pod', KUBERNETES_SERVICE_PORT: '1' },
      },
      'named',
    ],
    [
      'KUBECONFIG, before the pod',
      { env: { KUBECONFIG: 'listed', KUBERNETES_SERVICE_HOST: 'pod', KUBERNETES_SERVICE_PORT: '1' } },
      'listed',
    ],
    [
      'the pod, before the home',
      { env: { KUBERNETES_SERVICE_HOST: 'pod', KUBERNETES_SERVICE_PORT: '1' } },
      'pod',
    ],
    ['the home', { env: {} }, 'home'],
  ])('is %s', async (_, options, host) => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.kube'), { recursive: true });
    for (const name of ['named', 'listed', 'home/.kube/config'])
      file(name, config({ server: `https://${name.split('/')[0]}` }));
    file('ca.crt', authority.cert);
    file('token', CANARY);
    const env = options.env ?? {};
    const listed = env.KUBECONFIG === undefined ? {} : { KUBECONFIG: join(folder, env.KUBECONFIG) };
    const access = await load({
      serviceAccount: folder,
      env: { ...env, HOME: home, ...listed },
      ...(options.kubeconfig !== undefined && { kubeconfig: join(folder, options.kubeconfig) }),
    });
    expect(access.server.host).toBe(host);
  });

  it('is another context when one is named', async () => {
    const both = config({}, {}, {});
    const contexts = [
      ...both.contexts,
      { name: 'd', context: { cluster: 'k', user: 'u', namespace: 'other' } },
    ];
    const kubeconfig = file('contexts', { ...both, contexts });
    expect((await load({ kubeconfig, context: 'd' })).namespace).toBe('other');
    expect(await problemOf({ kubeconfig, context: 'e' })).toMatchObject({
      field: 'contexts',
      expected: 'one of c, d',
    });
  });
});

describe('a pod', () => {
  const env = {
    KUBERNETES_SERVICE_HOST: 'fd00::1',
    KUBERNETES_SERVICE_PORT: '80',
    KUBERNETES_SERVICE_PORT_HTTPS: '6443',
  };

  it('is given a server, a token, authorities and a namespace', async () => {
    const mounted = join(folder, 'mounted');
    mkdirSync(mounted, { recursive: true });
    for (const [name, text] of [
      ['token', 'pod-token'],
      ['ca.crt', authority.cert],
      ['namespace', 'vipcast'],
    ] as const)
      writeFileSync(join(mounted, name), text);
    const access = await load({ env, serviceAccount: mounted });
    expect(access).toMatchObject({
      server: { protocol: 'https:', host: 'fd00::1', port: 6443 },
      namespace: 'vipcast',
    });
    expect(await tokenOf(access)).toBe('pod-token');
  });

  it('without a mounted account is refused by the file that is missing', async () => {
    const serviceAccount = join(folder, 'unmounted');
    expect(await problemOf({ env, serviceAccount })).toMatchObject({
      file: join(serviceAccount, 'token'),
      found: 'ENOENT',
    });
  });

  it('with nonsense in its environment is refused', async () => {
    expect(await problemOf({ env: { ...env, KUBERNETES_SERVICE_PORT_HTTPS: 'x' } })).toMatchObject({
      file: 'the environment',
      found: '"fd00::1" and "x"',
    });
  });
});

it('no access shows a secret when it is printed', async () => {
  const user = { token: CANARY, 'client-certificate-data': base64(PEM), 'client-key-data': base64(PEM) };
  const access = await load({
    kubeconfig: file(
      'secrets',
      config({ 'certificate-authority-data': base64('-----BEGIN -----END ') }, user),
    ),
  });
  const answer = await access.identity();
  if (!answer.ok) throw new Error(answer.message);
  const { token, trust } = answer.identity;
  const shown = [inspect(access, { depth: 9, showHidden: true }), JSON.stringify(access), `${token}`];
  expect(
    [...shown, inspect({ token, key: trust.key }), JSON.stringify({ token, key: trust.key })].join(),
  ).not.toContain(CANARY);
  expect(token?.reveal()).toBe(CANARY);
});
