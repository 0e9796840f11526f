import type { BgpConfig, Config, KubernetesConfig, LogConfig, PeerDefaults } from '../config.ts';
import type { Draft } from '../draft.ts';
import type { BgpSection } from '../schema/bgp.ts';
import { BGP_PORT, resolvePeer } from './peer.ts';
import { resolveRule } from './rule.ts';
import { resolveVip } from './vip.ts';

const JOURNAL = '/var/lib/vipcast/journal.db';
const REPLICAS = 3;
const SECRETS_DIRECTORY = '/etc/vipcast/secrets';
const DRAIN_TAINTS = ['vipcast.io/drain'];
/** Milliseconds. */
const DRAIN_TIME = 5000;

const resolveBgp = (bgp: BgpSection): BgpConfig => ({
  localASN: bgp.localASN,
  routerId: bgp.routerID ?? null,
  sourceAddress: bgp.sourceAddress ?? null,
  sourceInterface: bgp.sourceInterface ?? null,
  listen: bgp.listen ? { address: bgp.listen.address, port: bgp.listen.port ?? BGP_PORT } : null,
  drainTime: bgp.drainTime ?? DRAIN_TIME,
});

const resolvePeerDefaults = (bgp: BgpSection): PeerDefaults => ({
  families: bgp.families ?? null,
  nextHop: {
    strategy: bgp.nextHop?.strategy ?? null,
    ipv4: bgp.nextHop?.ipv4 ?? null,
    ipv6: bgp.nextHop?.ipv6 ?? null,
  },
  holdTime: bgp.holdTime ?? null,
  keepaliveTime: bgp.keepaliveTime ?? null,
  connectRetryTime: bgp.connectRetryTime ?? null,
});

const resolveKubernetes = (section: Draft['kubernetes']): KubernetesConfig => ({
  enabled: section?.enabled ?? false,
  kubeconfig: section?.kubeconfig ?? null,
  loadBalancerClass: section?.loadBalancerClass ?? null,
  alsoWithoutClass: section?.alsoWithoutClass ?? false,
  namespace: section?.namespace ?? null,
  externalIPs: section?.externalIPs ?? false,
  resources: section?.resources ?? true,
  allocate: section?.allocate ?? false,
  sharedWatcher: section?.sharedWatcher ?? false,
  drainTaints: section?.drainTaints ?? DRAIN_TAINTS,
  drainOnCordon: section?.drainOnCordon ?? false,
  secretsDirectory: section?.secretsDirectory ?? SECRETS_DIRECTORY,
});

const resolveLog = (section: Draft['log']): LogConfig => ({
  journal: section?.journal ?? JOURNAL,
  nats: section?.nats
    ? {
        servers: section.nats.servers,
        credentials: section.nats.credentials ?? null,
        ca: section.nats.ca ?? null,
        replicas: section.nats.replicas ?? REPLICAS,
      }
    : null,
});

/** The configuration of a draft in which nothing is wrong. */
export const resolveConfig = (draft: Draft, bgp: BgpSection, node: string): Config => ({
  cluster: draft.cluster ?? 'default',
  node,
  bgp: resolveBgp(bgp),
  peers: draft.peers.map(({ value }) => resolvePeer(bgp, value)),
  vips: draft.vips.map(({ value }) => resolveVip(value)),
  policy: draft.policy.map(({ value }) => resolveRule(value)),
  advertisements: null,
  pools: [],
  peerDefaults: resolvePeerDefaults(bgp),
  kubernetes: resolveKubernetes(draft.kubernetes),
  log: resolveLog(draft.log),
  lookingGlass: draft.lookingGlass ? { listen: draft.lookingGlass.listen } : null,
});
