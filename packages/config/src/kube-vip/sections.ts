import { parseAddress } from '@vipcast/net';
import { commaList, isSet, isTrue } from './settings.ts';

type Values = ReadonlyMap<string, string>;
type Section = Readonly<Record<string, unknown>>;

/** A count, or what stands in its place, for `loadConfig` to refuse. */
const written = (values: Values, name: string, otherwise: number): number | string => {
  const text = values.get(name)?.trim() || String(otherwise);
  return /^\d{1,10}$/.test(text) ? Number(text) : text;
};

const whole = (values: Values, name: string, otherwise: number): number => {
  const text = values.get(name)?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
};

/** Seconds; GoBGP takes a zero for its own default. */
const HOLD_TIME = { unset: 30, zero: 90 };

/** The section `bgp`. Timers are always written, since kube-vip's defaults are not vipcast's. */
export const translateBgp = (values: Values): Section => {
  const holdTime = written(values, 'bgp_hold_time', HOLD_TIME.unset) || HOLD_TIME.zero;
  const keepaliveTime = written(values, 'bgp_keepalive_interval', 10);
  return {
    localASN: written(values, 'bgp_as', 65000),
    routerID: values.get('bgp_routerid') || undefined,
    holdTime: `${holdTime}s`,
    keepaliveTime: keepaliveTime === 0 ? undefined : `${keepaliveTime}s`,
  };
};

const probe = (values: Values): Section | undefined => {
  const http = values.get('control_plane_health_check_address');
  if (!http) return undefined;
  const interval = whole(values, 'control_plane_health_check_period_seconds', 5);
  const timeout = whole(values, 'control_plane_health_check_timeout_seconds', 3);
  const fall = whole(values, 'control_plane_health_check_failure_threshold', 3);
  const ca = http.startsWith('https:')
    ? values.get('control_plane_health_check_ca_path') || undefined
    : undefined;
  return { http, ca, interval: `${interval}s`, timeout: `${Math.min(timeout, interval)}s`, rise: 1, fall };
};

const vipText = (values: Values): string | undefined => values.get('address') || values.get('vip_address');

const isAddress = (text: string): boolean => parseAddress(text) !== undefined;

/** The control-plane VIP, if that feature is on. */
export const translateVips = (values: Values): readonly Section[] => {
  const addresses = commaList(vipText(values)).filter(isAddress);
  if (!isTrue(values.get('cp_enable')) || addresses.length === 0) return [];
  const bind = values.get('vip_interface') || 'lo';
  return [{ name: 'control-plane', addresses: [...new Set(addresses)], healthCheck: probe(values), bind }];
};

/** kube-vip takes Services without a class too, unless one of two settings says that it does not. */
const takesClassless = (values: Values): boolean =>
  !isTrue(values.get('lb_class_only')) && (values.get('lb_class_legacy_handling') ?? 'true') !== 'false';

/** The section `kubernetes`, if Services were announced. */
export const translateKubernetes = (values: Values): Section | undefined =>
  isTrue(values.get('svc_enable'))
    ? {
        enabled: true,
        kubeconfig: values.get('k8s_config_file') || undefined,
        loadBalancerClass: values.get('lb_class_name') || 'kube-vip.io/kube-vip-class',
        alsoWithoutClass: takesClassless(values) || undefined,
        namespace: values.get('svc_namespace') || undefined,
      }
    : undefined;

/** What the sections above leave to a person. */
export const sectionNotes = (values: Values): readonly string[] => {
  const notes: string[] = [];
  const controlPlane = isTrue(values.get('cp_enable'));
  const names = commaList(vipText(values)).filter((text) => !isAddress(text));
  if (!isTrue(values.get('bgp_enable'))) notes.push('bgp_enable is not true: kube-vip did not use BGP here');
  if (isSet(values.get('bgp_sourceip')) && isSet(values.get('bgp_sourceif')))
    notes.push('bgp_sourceip and bgp_sourceif exclude each other: bgp_sourceip was taken');
  if (isSet(values.get('bgp_routerinterface')))
    notes.push('bgp_routerinterface: the router ID is derived; set bgp.routerID to choose it');
  if (controlPlane && names.length > 0)
    notes.push(
      `address: ${names.join(', ')} is no IP address, and names are not resolved: list the addresses under vips`,
    );
  if (!controlPlane && vipText(values)) notes.push('address was not used, since cp_enable is not true');
  if (controlPlane && !values.get('vip_interface'))
    notes.push('vip_interface was left to kube-vip: the address is bound to lo');
  if (controlPlane && !values.get('control_plane_health_check_address'))
    notes.push(
      'no health check: the address is announced whether or not the API server answers; docs/control-plane.md has one',
    );
  if (controlPlane && isTrue(values.get('vip_leaderelection')))
    notes.push(
      'vip_leaderelection: no election is held; every node with a passing health check announces the address',
    );
  if (isTrue(values.get('svc_enable')) && isTrue(values.get('svc_election')))
    notes.push('svc_election: no election is held; every node that may serve a Service announces it');
  return notes;
};
