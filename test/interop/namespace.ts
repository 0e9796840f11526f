import { randomBytes } from 'node:crypto';
import { exec, run } from './process.ts';
import { isDead } from './scratch.ts';

/** One host of a test network: a network namespace with a single Ethernet link and addresses of both families. */
export interface Host {
  readonly name: string;
  readonly namespace: string;
  readonly interface: 'eth0';
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: string;
}

/** Hosts on one Ethernet segment: 10.0.0.0/24, fd00::/64 and link-local. */
export interface Network<Name extends string> extends AsyncDisposable {
  readonly hosts: Readonly<Record<Name, Host>>;
  /** Drops every frame to and from a host without telling it: its link stays up. */
  cut(name: Name): Promise<void>;
  /** Undoes `cut`. */
  mend(name: Name): Promise<void>;
}

const OWNER = /^vc(\d+)-/;

const prelude = (namespace: string): string => `
  ip netns add ${namespace}
  ip -n ${namespace} link set lo up
  ip netns exec ${namespace} sh -c 'cd /proc/sys/net/ipv6/conf
    for scope in all default; do echo 0 > $scope/accept_dad; echo 0 > $scope/accept_ra; echo 1 > $scope/keep_addr_on_down; done'
`;

const attach = (host: Host, port: number, bridge: string): string => `
  ip link add eth0 netns ${host.namespace} type veth peer name port${port} netns ${bridge}
  ip -n ${bridge} link set port${port} master br0 up
  ip -n ${host.namespace} link set eth0 address 02:00:00:00:00:${port.toString(16).padStart(2, '0')}
  ip -n ${host.namespace} addr add ${host.ipv4}/24 dev eth0
  ip -n ${host.namespace} addr add ${host.ipv6}/64 dev eth0 nodad
  ip -n ${host.namespace} link set eth0 up
`;

const remove = async (namespace: string): Promise<void> => {
  const { stdout } = await exec(null, ['ip', 'netns', 'pids', namespace]);
  const pids = stdout.split('\n').filter((pid) => pid !== '');
  if (pids.length > 0) await exec(null, ['kill', '-9', ...pids]);
  await exec(null, ['ip', 'netns', 'del', namespace]);
};

/** Removes the namespaces, and the processes in them, of test processes that died before they could. */
export const sweepNamespaces = async (): Promise<void> => {
  const { stdout } = await exec(null, ['ip', 'netns', 'list']);
  for (const name of stdout.split('\n').map((line) => line.split(' ')[0]!)) {
    const pid = OWNER.exec(name)?.[1];
    if (pid !== undefined && isDead(Number(pid))) await remove(name);
  }
};

/**
 * Creates up to 250 hosts and a bridge between them, each in a namespace of its own; needs root. Names carry our pid, so
 * that any later run can sweep what a dead one left.
 *
 * @example `await using network = await createNetwork('vipcast', 'frr')`
 */
export const createNetwork = async <Name extends string>(
  ...names: readonly Name[]
): Promise<Network<Name>> => {
  const stem = `vc${process.pid}-${randomBytes(3).toString('hex')}`;
  const bridge = `${stem}-bridge`;
  const hosts = names.map(
    (name, index): Host => ({
      name,
      namespace: `${stem}-${name}`,
      interface: 'eth0',
      ipv4: `10.0.0.${index + 1}`,
      ipv6: `fd00::${(index + 1).toString(16)}`,
      linkLocal: `fe80::ff:fe00:${(index + 1).toString(16)}`,
    }),
  );
  const dispose = async (): Promise<void> => {
    for (const { namespace } of hosts) await remove(namespace);
    await remove(bridge);
  };
  const script = `set -e
    ${prelude(bridge)}
    ip -n ${bridge} link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
    ip -n ${bridge} link set br0 up
    ${hosts.map((host, index) => prelude(host.namespace) + attach(host, index + 1, bridge)).join('')}`;
  await run(null, ['sh', '-c', script]).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  const port = (name: Name): string => `port${names.indexOf(name) + 1}`;
  return {
    hosts: Object.fromEntries(hosts.map((host) => [host.name, host])) as Record<Name, Host>,
    cut: async (name) => {
      await run(null, ['ip', '-n', bridge, 'link', 'set', port(name), 'nomaster']);
    },
    mend: async (name) => {
      await run(null, ['ip', '-n', bridge, 'link', 'set', port(name), 'master', 'br0']);
    },
    [Symbol.asyncDispose]: dispose,
  };
};
