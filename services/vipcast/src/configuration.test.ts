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
