import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, type Imported, importKubeVip, loadConfig } from '../index.ts';

const configOf = ({ yaml }: Imported): Config => {
  const loaded = loadConfig(yaml, { file: 'vipcast.yaml', env: { hostName: 'n7' } });
  if (!loaded.ok) throw new Error(`${loaded.errors.map(({ message }) => message).join('\n')}\n${yaml}`);
  return loaded.config;
};
const fromEnv = (env: Record<string, string>) => importKubeVip({ env: { bgp_enable: 'true', ...env } });

const DAEMON_SET = `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-vip-bgp, namespace: kube-system }
data: { bgp_as: "65000", bgp_sourceip: 10.0.0.7 }
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-vip-ds
  namespace: kube-system
spec:
  selector: { matchLabels: { app: kube-vip-ds } }
  template:
    metadata: { labels: { app: kube-vip-ds } }
    spec:
      hostNetwork: true
      containers:
        - name: sidecar
          image: example.org/proxy:1
          env: [{ name: bgp_as, value: "1" }]
        - name: kube-vip
          image: ghcr.io/kube-vip/kube-vip:v1.2.3
          args: [manager, --prometheusHTTPServer=:2112]
          envFrom: [{ configMapRef: { name: kube-vip-bgp } }, { secretRef: { name: passwords } }]
          env:
            - { name: vip_arp, value: "false" }
            - { name: port, value: "6443" }
            - name: vip_nodename
              valueFrom: { fieldRef: { fieldPath: spec.nodeName } }
            - name: bgp_routerid
              valueFrom: { fieldRef: { fieldPath: status.podIP } }
            - { name: vip_interface, value: lo }
            - { name: cp_enable, value: "true" }
            - { name: svc_enable, value: "true" }
            - { name: bgp_enable, value: "true" }
            - name: bgp_peers
              value: "10.0.0.1:65001:s3cret:false:179:mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7:true;300;300;3,10.0.0.2:65001::true"
            - { name: address, value: "192.0.2.1,api.example.com" }
            - { name: control_plane_health_check_address, value: "https://127.0.0.1:6443/livez" }
            - { name: control_plane_health_check_ca_path, value: /etc/kubernetes/pki/ca.crt }
            - { name: svc_election, value: "true" }
`;

const STATIC_POD = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'kube-vip', namespace: 'kube-system' },
  spec: {
    hostNetwork: true,
    containers: [
      {
        name: 'kube-vip',
        image: 'ghcr.io/kube-vip/kube-vip:v0.8.10',
        args: ['manager'],
        env: [
          { name: 'bgp_enable', value: 'true' },
          { name: 'bgp_routerid', value: '10.0.0.7' },
          { name: 'bgp_as', value: '4200000000' },
          { name: 'bgp_peeraddress', value: '2001:db8::1' },
          { name: 'bgp_peeras', value: '65001' },
          { name: 'bgp_peerpass', value: 'hunter2' },
          { name: 'bgp_multihop', value: 'true' },
          { name: 'bgp_sourceif', value: 'eth0' },
          { name: 'mpbgp_nexthop', value: 'auto_sourceif' },
          { name: 'bgp_hold_time', value: '90' },
          { name: 'bgp_keepalive_interval', value: '30' },
        ],
      },
    ],
  },
});

describe('a DaemonSet', () => {
  const imported = importKubeVip({ text: DAEMON_SET, file: 'kube-vip.yaml' });
  const config = configOf(imported);

  it('becomes peers and VIPs', () => {
    expect(config.bgp).toMatchObject({ localASN: 65000, routerId: null });
    expect(config.peers).toMatchObject([
      {
        name: 'peer1',
        address: '10.0.0.1',
        peerASN: 65001,
        sourceAddress: '10.0.0.7',
        passwordFile: '/run/secrets/peer1',
        families: ['ipv4-unicast', 'ipv6-unicast'],
        nextHop: { strategy: 'fixed', ipv6: '2001:db8::7' },
        multihop: null,
        holdTime: 30_000,
        keepaliveTime: 10_000,
      },
      { name: 'peer2', address: '10.0.0.2', multihop: 50, families: ['ipv4-unicast'], passwordFile: null },
    ]);
    expect(config.vips).toEqual([
      {
        name: 'control-plane',
        addresses: ['192.0.2.1'],
        bind: 'lo',
        healthCheck: {
          kind: 'http',
          target: 'https://127.0.0.1:6443/livez',
          interval: 5000,
          timeout: 3000,
          rise: 1,
          fall: 3,
          ca: '/etc/kubernetes/pki/ca.crt',
          insecure: false,
        },
      },
    ]);
  });

  it('takes Services as kube-vip does', () => {
    expect(config.kubernetes).toMatchObject({
      enabled: true,
      loadBalancerClass: 'kube-vip.io/kube-vip-class',
      alsoWithoutClass: true,
      namespace: null,
    });
  });

  it.each([
    [{}, 'kube-vip.io/kube-vip-class', true, null],
    [{ lb_class_only: 'true' }, 'kube-vip.io/kube-vip-class', false, null],
    [{ lb_class_legacy_handling: 'false', lb_class_name: 'example.org/lb' }, 'example.org/lb', false, null],
    [{ lb_class_name: 'example.org/lb', svc_namespace: 'shop' }, 'example.org/lb', true, 'shop'],
    [{ lb_class_name: 'not a class', svc_namespace: 'shop' }, null, false, 'shop'],
  ])('with %j', (env, loadBalancerClass, alsoWithoutClass, namespace) => {
    expect(configOf(fromEnv({ svc_enable: 'true', ...env })).kubernetes).toMatchObject({
      enabled: true,
      loadBalancerClass,
      alsoWithoutClass,
      namespace,
    });
  });

  it('leaves what has no counterpart in comments', () => {
    const about = [
      'BFD',
      'Secret passwords',
      'status.podIP',
      'api.example.com',
      '--prometheusHTTPServer',
      'svc_election',
    ];
    for (const word of about) expect(imported.yaml).toMatch(new RegExp(`^# - .*${word}`, 'm'));
    for (const note of imported.notes) expect(imported.yaml).toContain(`# - ${note}\n`);
  });

  it('gives no password away', () => {
    expect(JSON.stringify(imported)).not.toContain('s3cret');
    expect(imported.passwordFiles).toEqual(['/run/secrets/peer1']);
  });
});

describe('a static Pod', () => {
  const imported = importKubeVip({ text: STATIC_POD, file: 'pod.json' });

  it('becomes one peer', () => {
    const config = configOf(imported);
    expect(config.bgp).toMatchObject({ localASN: 4200000000, routerId: '10.0.0.7' });
    expect(config.peers).toMatchObject([
      {
        address: '2001:db8::1',
        peerASN: 65001,
        multihop: 50,
        sourceInterface: 'eth0',
        nextHop: { strategy: 'source-interface', interface: 'eth0' },
        holdTime: 90_000,
        keepaliveTime: 30_000,
      },
    ]);
    expect(imported.yaml).not.toContain('hunter2');
  });

  it('may stand in a List', () => {
    const list = `apiVersion: v1\nkind: List\nitems: [${STATIC_POD}]\n`;
    expect(configOf(importKubeVip({ text: list, file: 'f' })).peers).toHaveLength(1);
  });
});

describe('an env file', () => {
  it('is read like a shell would', () => {
    const text = `# kube-vip\nexport bgp_enable=true\nbgp_as="65010" # ours\nbgp_peers='10.0.0.1:65001::false'\nwhat is this\n`;
    const imported = importKubeVip({ text, file: 'kube-vip.env' });
    expect(configOf(imported)).toMatchObject({ bgp: { localASN: 65010 }, peers: [{ address: '10.0.0.1' }] });
    expect(imported.notes).toContain('line 5 is not KEY=VALUE and was not read');
  });
});

describe('what vipcast refuses', () => {
  it.each([
    [
      'an unnumbered peer',
      { bgp_peers: 'unnumbered:eth0:0' },
      /^# {3}- name: peer1\n# {5}interface: eth0\n# {5}peerASN: external$/m,
    ],
    ['a peer without an AS', { bgp_peers: '10.0.0.1:' }, /^# - not carried over: peer1\.peerASN: missing/m],
    [
      'a peer given twice',
      { bgp_peers: '10.0.0.1:1,10.0.0.1:1' },
      /^# - not carried over: peer2\.address: 10\.0\.0\.1 is already/m,
    ],
    [
      'a source of another family',
      { bgp_peers: '[2001:db8::1]:1', bgp_sourceip: '10.0.0.7' },
      /^# - not carried over: peer1\.sourceAddress/m,
    ],
    ['a router ID that is IPv6', { bgp_routerid: '2001:db8::1' }, /^# - not carried over: bgp\.routerID/m],
    ['a hold time too short', { bgp_hold_time: '2' }, /^# - not carried over: bgp\.holdTime/m],
    [
      'a strategy nobody knows',
      { bgp_peers: '10.0.0.1:1', mpbgp_nexthop: 'magic' },
      /^# - not carried over: peer1\.nextHop\.strategy/m,
    ],
    ['an AS number that is reserved', { bgp_as: '0' }, /^# - not carried over: bgp\.localASN/m],
  ])('becomes a comment: %s', (_, env, comment) => {
    const imported = fromEnv(env);
    configOf(imported);
    expect(imported.yaml).toMatch(comment);
  });

  it('never shows what may be a password', () => {
    for (const bgp_peers of [
      '10.0.0.1:hunter2',
      'hunter2:65001',
      '10.0.0.1:65001:a:b:hunter2',
      '10.0.0.1:1/mpbgp_nexthop=fixed:hunter2;mpbgp_ipv6=hunter2',
      '10.0.0.1:1:a,hunter2:false',
    ])
      expect(
        JSON.stringify(fromEnv({ bgp_peers, bgp_peeraddress: 'hunter2', API_TOKEN: 'hunter2' })),
      ).not.toContain('hunter2');
  });
});

describe('any settings', () => {
  it('become a file that loads', () => {
    const name = fc.constantFrom(
      ...(
        'bgp_as bgp_routerid bgp_peers bgp_peeraddress bgp_peeras bgp_peerpass bgp_multihop bgp_sourceip bgp_sourceif ' +
        'bgp_hold_time bgp_keepalive_interval mpbgp_nexthop mpbgp_ipv4 mpbgp_ipv6 address vip_interface cp_enable svc_enable ' +
        'lb_class_name lb_class_only lb_class_legacy_handling svc_namespace control_plane_health_check_ca_path k8s_config_file control_plane_health_check_address ' +
        'control_plane_health_check_period_seconds control_plane_health_check_timeout_seconds vip_arp zebra_url'
      ).split(' '),
    );
    const address = fc.constantFrom('10.0.0.1', '10.0.0.7', '2001:db8::1', '224.0.0.1', 'fe80::1', 'x', '');
    const peer = fc
      .tuple(
        address,
        fc.constantFrom('65001', '0', '', 'x'),
        fc.constantFrom('', ':pw:true:1', ':::179:mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7'),
      )
      .map(([a, as, rest]) => `${a.includes(':') ? `[${a}]` : a}:${as}${rest}`);
    const value = fc.oneof(
      address,
      fc.array(peer, { maxLength: 4 }).map((peers) => peers.join(',')),
      fc.constantFrom(
        'true',
        'false',
        '0',
        '3',
        '30',
        '65535',
        '70000',
        'fixed',
        'auto_sourceip',
        'auto_sourceif',
        'lo',
        'unnumbered:eth0:0',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 16 }), (env) => {
        configOf(importKubeVip({ env }));
      }),
      { numRuns: 1500 },
    );
  });

  it('may be any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `kind: Pod\n${text}`),
        ),
        (text) => {
          configOf(importKubeVip({ text, file: 'f' }));
        },
      ),
      { numRuns: 500 },
    );
  });
});
