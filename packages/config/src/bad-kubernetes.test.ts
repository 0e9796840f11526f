import { describe, expect, it } from 'vitest';
import { bgp, load, placesOf } from './samples.ts';

const kubernetes = (line: string): string =>
  `bgp: { localASN: 65000 }\n\nkubernetes: { enabled: true, ${line} }\n`;

describe('the Kubernetes source', () => {
  it.each([
    ['namespace: Shop', '3 E_CONFIG_VALUE kubernetes.namespace'],
    ['namespaces: [shop]', '3 E_CONFIG_UNKNOWN_KEY kubernetes.namespaces'],
    ['loadBalancerClass: not a class', '3 E_CONFIG_VALUE kubernetes.loadBalancerClass'],
    ['alsoWithoutClass: true', '3 E_CONFIG_CONFLICT kubernetes.alsoWithoutClass'],
    ['allocate: true, resources: false', '3 E_CONFIG_CONFLICT kubernetes.allocate'],
    ['sharedWatcher: true', '3 E_CONFIG_CONFLICT kubernetes.sharedWatcher'],
    ['externalIPs: [192.0.2.1]', '3 E_CONFIG_VALUE kubernetes.externalIPs'],
    ["drainTaints: ['a b']", '3 E_CONFIG_VALUE kubernetes.drainTaints[0]'],
  ])('refuses %s', (line, place) => {
    expect(placesOf(kubernetes(line))).toEqual([place]);
  });

  it.each([
    'allocate: true',
    'loadBalancerClass: example.org/bgp, alsoWithoutClass: true, namespace: shop',
    "drainTaints: [node.kubernetes.io/unschedulable], drainOnCordon: true }\nlog: { nats: { servers: ['nats://a:4222'] }",
    "sharedWatcher: true }\nlog: { nats: { servers: ['nats://a:4222'] }",
  ])('takes %s', (line) => {
    expect(placesOf(kubernetes(line))).toEqual([]);
  });

  it('may have VIPs and peers that the file does not know: a doubt, not a mistake', () => {
    const loaded = load(`${kubernetes('')}policy: [{ match: { vips: [default-web], peers: [tor9] } }]\n`);
    expect(loaded.ok && loaded.warnings.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'W_CONFIG_UNKNOWN_NAME policy[0].match.vips[0]',
      'W_CONFIG_UNKNOWN_NAME policy[0].match.peers[0]',
    ]);
  });
});

describe('the time that a drain takes', () => {
  it.each(['-1s', '11m', '5', 'soon'])('is not %s', (time) => {
    expect(placesOf(bgp(`drainTime: ${time}`))).toEqual(['3 E_CONFIG_VALUE bgp.drainTime']);
  });

  it.each([
    ['0s', 0],
    ['1500ms', 1500],
    ['10m', 600_000],
  ])('may be %s', (time, ms) => {
    const loaded = load(bgp(`drainTime: ${time}`));
    expect(loaded.ok && loaded.config.bgp.drainTime).toBe(ms);
  });
});
