import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@vipcast/config';
import { afterAll, describe, expect, it } from 'vitest';
import { run, runHere, say, temporaryFolder, write } from './testing.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

const yaml = (holdTime: string, journal = 'running.db'): string => `
node: n1
bgp: { localASN: 65000, holdTime: ${holdTime} }
peers:
  - { name: tor1, address: 10.0.0.1, peerASN: 65001 }
log: { journal: ${join(folder.path, journal)} }
`;

describe('check', () => {
  it('prints the plan from nothing when there is no log', async () => {
    const { code, out, err } = await runHere(['check', file('new.yaml', yaml('9s', 'none.db'))]);
    expect(out).toMatch(/^\+ peer tor1: /m);
    expect(err).toContain('is valid; the plan, against nothing');
    expect(code).toBe(0);
  });

  it('prints the plan against what runs, with the sessions that reset', async () => {
    const before = loadConfig(yaml('9s'), { file: 'a', env: { hostName: 'n1' } });
    if (!before.ok) throw new Error(before.errors[0]?.message);
    const config = JSON.parse(JSON.stringify(before.config));
    write(join(folder.path, 'running.db'), [
      say('node.ConfigApplied', { file: 'a', digest: 'd', plan: [], config }),
    ]);
    const { code, out, err } = await runHere(['check', file('after.yaml', yaml('30s'))]);
    expect(out).toContain('! session tor1 resets');
    expect(out).not.toContain('+ peer');
    expect(err).toContain('(seq 1)');
    expect(code).toBe(0);
    expect((await runHere(['check', file('same.yaml', yaml('9s'))])).out).toBe('nothing changes\n');
  });

  it('says everything that is wrong, a line each, and exits 1', async () => {
    const bad = file('bad.yaml', 'bgp: { localASN: 0, colour: red }\npeers: 7\n');
    const { code, out, err } = await runHere(['check', bad]);
    expect(out).toBe('');
    expect(err).toMatch(/bad\.yaml:1: bgp\.localASN: /);
    expect(err).toMatch(/bad\.yaml:1: bgp\.colour: /);
    expect(err).toMatch(/bad\.yaml:2: peers: /);
    expect(err).toMatch(/3 errors \(E_CONFIG_INVALID\)/);
    expect(code).toBe(1);
  });

  const protectedBy = (passwordFile: string) =>
    yaml('9s', 'none.db').replace('peerASN: 65001', `peerASN: 65001, passwordFile: ${passwordFile}`);

  it('refuses a password file that holds no password, and does not say what it holds', async () => {
    const passwordFile = file('two-lines', 'hunter2\nhunter3\n');
    const { code, err } = await runHere(['check', file('protected.yaml', protectedBy(passwordFile))]);
    expect(err).toContain(
      `protected.yaml:5: peers[0].passwordFile: ${passwordFile} holds more than one line\n`,
    );
    expect(err).not.toContain('hunter');
    expect(code).toBe(1);
  });

  it('warns of a password file that is not there yet', async () => {
    const { code, err } = await runHere(['check', file('early.yaml', protectedBy('/nowhere/tor1'))]);
    expect(err).toContain('early.yaml:5: peers[0].passwordFile: /nowhere/tor1 cannot be read: there is no');
    expect(code).toBe(0);
  });

  const resource = (kind: string, name: string, spec: string): string =>
    `---\napiVersion: vipcast.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

  it('merges the resources of manifests as the node would', async () => {
    const one = file(
      'one.yaml',
      resource(
        'BGPPeer',
        'tor2',
        '{ address: 10.0.0.2, peerASN: 65001, nodeSelector: { matchLabels: { rack: r7 } } }',
      ) +
        resource(
          'BGPPeer',
          'tor3',
          '{ address: 10.0.0.3, peerASN: 65001, nodeSelector: { matchLabels: { rack: r8 } } }',
        ) +
        '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n',
    );
    const two = file('two.yaml', resource('BGPAdvertisement', 'gold', '{ peers: [tor2, tor9] }'));
    const { code, out, err } = await runHere([
      ...['check', file('merged.yaml', yaml('9s', 'none.db')), '--resources', one, two],
      ...['--node-labels', 'zone=a,rack=r7'],
    ]);
    expect(out).toMatch(/^\+ peer tor1: /m);
    expect(out).toMatch(/^\+ peer tor2: 10\.0\.0\.2 port 179/m);
    expect(out).not.toContain('tor3');
    expect(out).toMatch(/^\+ advertisement gold: to tor2, tor9$/m);
    expect(err).toContain('one.yaml: 1 other objects were passed over');
    expect(err).toMatch(
      /^warning: \S*two\.yaml:5: BGPAdvertisement gold: spec\.peers\[1\]: no peer is called tor9/m,
    );
    expect(code).toBe(0);
  });

  it('says which resources would be refused, where and why, and plans with the others', async () => {
    const bad = file(
      'resources.yaml',
      resource('BGPPeer', 'tor2', '\n  address: 10.0.0.2\n  peerASN: 0') +
        resource('BGPPeer', 'tor3', '{ address: 10.0.0.1, peerASN: 65001 }') +
        resource('BGPPeer', 'tor4', '{ address: 10.0.0.4, peerASN: external }'),
    );
    const { code, out, err } = await runHere([
      'check',
      file('with.yaml', yaml('9s', 'none.db')),
      '--resources',
      bad,
    ]);
    expect(err).toMatch(
      /^\S*resources\.yaml:7: BGPPeer tor2: spec\.peerASN: found 0; expected an AS number/m,
    );
    expect(err).toMatch(
      /^\S*resources\.yaml:11: BGPPeer tor3: 10\.0\.0\.1 port 179 is that of peer tor1 of the file/m,
    );
    expect(err).toContain('2 resources would be refused (E_CONFIG_INVALID)');
    expect(out).toMatch(/^\+ peer tor4: /m);
    expect(code).toBe(1);
  });

  it('reads standard input', async () => {
    const { code } = await run(['check', '-'], { input: yaml('9s') });
    expect(code).toBe(0);
  });
});

describe('import kube-vip', () => {
  const env =
    'bgp_enable=true\nbgp_as=65000\nbgp_routerid=10.0.0.7\nbgp_peers=10.0.0.1:65001:hunter2:false\naddress=192.0.2.10\n';

  it.each(['file', 'stdin', 'environment'])(
    'from a %s makes a file that checks, without the password',
    async (from) => {
      const [args, options] =
        from === 'file'
          ? [[file('kube-vip.env', env)], {}]
          : from === 'stdin'
            ? [['-'], { input: env }]
            : [
                [],
                {
                  env: Object.fromEntries(
                    env
                      .trim()
                      .split('\n')
                      .map((line) => line.split(/=(.*)/s, 2)),
                  ),
                },
              ];
      const { code, out, err } = await run(['import', 'kube-vip', ...args], options);
      expect(code).toBe(0);
      expect(out + err).not.toContain('hunter2');
      expect(err).toContain('note: peer1 had a password');
      expect((await runHere(['check', file(`${from}.yaml`, out)])).code).toBe(0);
    },
  );
});

describe('import metallb', () => {
  const peer = `apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: tor2 }
spec: { myASN: 65000, peerASN: 65001, peerAddress: 10.0.0.2, password: hunter2 }
`;
  const advertisement = `apiVersion: metallb.io/v1beta1
kind: BGPAdvertisement
metadata: { name: all }
spec: { peers: [tor2], communities: ['65000:10'] }
`;

  it('makes resources that check, from several files', async () => {
    const [one, two] = [file('peer.yaml', peer), file('advertisement.yaml', advertisement)];
    const { code, out, err } = await runHere(['import', 'metallb', one, two]);
    expect(code).toBe(0);
    expect(err).toContain('note: BGPPeer tor2 had a password, which is not shown');
    // Without quotes Kubernetes would read a number of base 60.
    expect(out).toContain('- "65000:10"');
    expect(out + err).not.toContain('hunter2');
    const made = file('made.yaml', out);
    const checked = await runHere(['check', file('for.yaml', yaml('9s', 'none.db')), '--resources', made]);
    expect(checked.out).toMatch(/^\+ peer tor2: /m);
    expect(checked.out).toMatch(/^\+ advertisement all: to tor2$/m);
    expect(checked.code).toBe(0);
  });

  it('reads standard input', async () => {
    const { out } = await run(['import', 'metallb'], { input: advertisement });
    expect(out).toContain('kind: BGPAdvertisement');
  });
});
