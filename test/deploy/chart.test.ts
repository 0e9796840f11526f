import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { helm } from '../kubernetes/helm.ts';
import { have } from '../setup/packages.ts';
import { CHART, configurationOf, ofKind, podOf, render, renderText } from './chart.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const NATS = { servers: ['tls://nats.vipcast.svc:4222'] };

const vip = { name: 'web', addresses: ['192.0.2.10', '2001:db8::10'] };

/** Values that are wrong, and what helm says of them. */
const REFUSED: readonly (readonly [object, RegExp])[] = [
  [{ speakr: {} }, /'speakr' not allowed/],
  [{ 'speaker.toleratons': [] }, /at '\/speaker': .*'toleratons' not allowed/],
  [{ 'speaker.logLevel': 'loud' }, /at '\/speaker\/logLevel'/],
  [{ 'speaker.livenessProbe.enabled': 'yes' }, /at '\/speaker\/livenessProbe\/enabled': got string/],
  [{ 'config.bgp.localASM': 65000 }, /at '\/config\/bgp': .*'localASM' not allowed/],
  [{ 'config.bgp.localASN': '65000' }, /at '\/config\/bgp\/localASN': got string, want integer/],
  [{ 'config.peers': [{ name: 'tor1', peerASN: 65001, adress: '10.0.0.1' }] }, /'adress' not allowed/],
  [{ passwordSecrets: ['tor1'] }, /at '\/passwordSecrets\/0': got string, want object/],
  [{ 'journal.hostPath': 'var/lib' }, /at '\/journal\/hostPath'/],
  [{ 'config.node': 'n1' }, /config\.node: leave it out/],
  [{ 'config.log': { journal: '/data/journal.db' } }, /config\.log\.journal: leave it out/],
  [{ 'nats.secret': 'vipcast-nats' }, /set config\.log\.nats\.servers too/],
  [{ loadBalancerClass: 'a', 'config.kubernetes.loadBalancerClass': 'b' }, /set one of them/],
];

describe.skipIf(!have('helm'))('the chart', () => {
  it('is what helm lint lets pass', async () => {
    expect(await helm(['lint', '--strict', CHART])).toContain('0 chart(s) failed');
  });

  it.each(REFUSED)('refuses %j', async (values, why) => {
    await expect(renderText(values)).rejects.toThrow(why);
  });

  it('needs no capability and no root, whatever dials, has a password or is in Kubernetes', async () => {
    const peer = { name: 'tor1', address: '10.0.0.1', peerASN: 65001, ttlSecurity: true };
    const pod = podOf(
      await render({
        passwordSecrets: [{ name: 'tor1' }],
        'config.peers': [{ ...peer, passwordFile: '/etc/vipcast/secrets/tor1/password' }],
        'config.vips': [vip],
        'config.bgp.listen': { address: '::', port: 1179 },
        'config.kubernetes.allocate': true,
      }),
    );
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
    expect(pod.initContainers).toBeUndefined();
    expect(pod.containers[0].securityContext.capabilities).toEqual({ drop: ['ALL'] });
  });

  it.each([
    [{ 'config.vips': [vip, { ...vip, name: 'bound', bind: 'lo' }] }, ['NET_ADMIN']],
    [{ 'config.bgp.listen': { address: '::' } }, ['NET_BIND_SERVICE']],
    [{ 'config.bgp.listen': { address: '::', port: 179 } }, ['NET_BIND_SERVICE']],
  ])('with %j runs as root with %j and nothing else', async (values, add) => {
    const pod = podOf(await render(values));
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: false, runAsUser: 0 });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add },
    });
  });

  it('asks the looking glass where it listens, and nowhere when it does not', async () => {
    const asked = async (values: object) =>
      [podOf(await render(values)).containers[0]].flatMap(({ livenessProbe, readinessProbe }) =>
        [livenessProbe, readinessProbe].map((probe) => probe!.exec.command.join(' ')),
      );
    const ask = 'node /opt/vipcast/ask.js http://';
    expect(await asked({})).toEqual([`${ask}127.0.0.1:1790/livez`, `${ask}127.0.0.1:1790/readyz`]);
    const six = { 'config.lookingGlass.listen': '[::1]:99' };
    expect(await asked(six)).toEqual([`${ask}[::1]:99/livez`, `${ask}[::1]:99/readyz`]);
    const [none] = podOf(await render({ 'config.lookingGlass': null })).containers;
    expect([none.livenessProbe, none.readinessProbe]).toEqual([undefined, undefined]);
  });

  it('mounts the Secrets it is told of, a node its own key only', async () => {
    const values = {
      passwordSecrets: [{ name: 'tor1' }, { name: 'tor2', key: 'md5' }],
      'nats.secret': 'vipcast-nats',
      'config.log': { nats: NATS },
    };
    const objects = await render(values);
    const { containers, volumes } = podOf(objects);
    expect(volumes[0]).toMatchObject({
      projected: {
        sources: [
          { configMap: { name: 'vipcast' } },
          { secret: { name: 'tor1', items: [{ key: 'password', path: 'secrets/tor1/password' }] } },
          { secret: { name: 'tor2', items: [{ key: 'md5', path: 'secrets/tor2/md5' }] } },
        ],
      },
    });
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'nats',
      mountPath: '/run/vipcast/nats/node.nkey',
      subPathExpr: '$(NODE_NAME).nkey',
      readOnly: true,
    });
    expect(configurationOf(objects).value).toMatchObject({
      log: {
        nats: { ...NATS, credentials: '/run/vipcast/nats/node.nkey', ca: '/run/vipcast/nats/ca.pem' },
      },
    });
  });

  it('keeps the journal on the node when told, and hands the folder to the daemon', async () => {
    expect(podOf(await render()).volumes).toContainEqual({ name: 'journal', emptyDir: {} });
    const pod = podOf(await render({ 'journal.hostPath': '/var/lib/vipcast' }));
    expect(pod.volumes).toContainEqual({
      name: 'journal',
      hostPath: { path: '/var/lib/vipcast', type: 'DirectoryOrCreate' },
    });
    expect(pod.initContainers![0]!.securityContext.capabilities).toEqual({ drop: ['ALL'], add: ['CHOWN'] });
    expect(pod.containers[0].securityContext.capabilities).toEqual({ drop: ['ALL'] });
  });

  it('stays on a node that drains', async () => {
    const keys = async (values: object) => podOf(await render(values)).tolerations.map(({ key }) => key);
    expect(await keys({})).toContain('vipcast.io/drain');
    expect(await keys({ 'config.kubernetes.drainTaints': ['example.com/away'] })).toEqual([
      'example.com/away',
      'node-role.kubernetes.io/control-plane',
    ]);
  });

  it('has no rights and no token without Kubernetes', async () => {
    const objects = await render({ 'config.kubernetes.enabled': false });
    expect(objects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ConfigMap', 'DaemonSet']);
    expect(podOf(objects)).toMatchObject({ automountServiceAccountToken: false });
  });

  it('does not roll the Pods when the configuration changes', async () => {
    const one = await render();
    const other = await render({ 'config.peers': [{ name: 'tor1', address: '10.0.0.1', peerASN: 65001 }] });
    expect(configurationOf(other).text).not.toBe(configurationOf(one).text);
    expect(ofKind(other, 'DaemonSet')).toEqual(ofKind(one, 'DaemonSet'));
  });

  it.each([
    [{}],
    [{ 'config.bgp.localASN': 4200000000, loadBalancerClass: 'vipcast.io/bgp' }],
    [{ 'config.vips': [vip], 'nats.secret': 'vipcast-nats', 'config.log': { nats: NATS } }],
  ])('writes a configuration that vipcast accepts: %j', async (values) => {
    const folder = await scratch('chart');
    const file = join(folder, 'vipcast.yaml');
    await writeFile(file, configurationOf(await render(values)).text);
    const { code, stderr } = await exec(null, [NODE, MAIN, 'check', file]);
    await discard(folder);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });
});
