import { isSet } from './settings.ts';

/** Variables that `sections.ts`, `peers.ts` and their notes take care of, or that mean nothing outside kube-vip. */
const TAKEN: ReadonlySet<string> = new Set(
  (
    'bgp_enable bgp_as bgp_routerid bgp_routerinterface bgp_peers bgp_peeraddress bgp_peeras bgp_peerpass bgp_multihop ' +
    'bgp_sourceip bgp_sourceif bgp_hold_time bgp_keepalive_interval mpbgp_nexthop mpbgp_ipv4 mpbgp_ipv6 address ' +
    'vip_address vip_interface vip_nodename vip_leaderelection vip_subnet vip_cidr cp_enable cp_namespace svc_enable ' +
    'svc_namespace svc_election lb_class_name lb_class_only lb_class_legacy_handling k8s_config_file control_plane_health_check_address control_plane_health_check_period_seconds ' +
    'control_plane_health_check_timeout_seconds control_plane_health_check_failure_threshold ' +
    'control_plane_health_check_ca_path vip_loglevel port'
  ).split(' '),
);

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^zebra_/, 'routes are not handed to FRR'],
  [/^annotations?$/, 'peers are not read from node annotations'],
  [/^bgp_attach_ip_to_interface$/, 'set bind on each VIP'],
  [
    /^(vip_leaseduration|vip_renewdeadline|vip_retryperiod|.*lease.*|per_service_.*)$/i,
    'no election is held',
  ],
  [/^prometheus_server$/, 'metrics are part of the looking glass'],
  [/^(vip_arp|vip_routingtable|vip_wireguard|enable_arp|vip_arpRate)$/, 'only BGP is spoken'],
  [/^lb_/, 'traffic is not balanced, only attracted'],
  [/egress/, 'egress traffic is not changed'],
];

const OURS =
  /^(bgp|mpbgp|vip|cp|svc|lb|zebra|control_plane_health_check|per_service|enable|egress|dhcp|dns|prometheus|kubernetes_addr|annotation|debounce_time|disable_service_updates|health_check_port|config_file)/;

const NAME = /^[A-Za-z_]\w{0,63}$/;

/**
 * A note for each variable with no counterpart, by name alone: a value may be a secret.
 * @param all - also names that do not look like kube-vip's, as in a file written for it
 */
export const leftovers = (values: ReadonlyMap<string, string>, all: boolean): readonly string[] =>
  [...values]
    .filter(
      ([name, value]) => !TAKEN.has(name) && NAME.test(name) && isSet(value) && (all || OURS.test(name)),
    )
    .map(([name]) => {
      const reason = REASONS.find(([pattern]) => pattern.test(name))?.[1];
      return reason === undefined ? `${name} has no counterpart` : `${name} has no counterpart: ${reason}`;
    });
