import { type Address, formatPrefix, hostPrefix } from '@vipcast/net';
import { type IpOutcome, runIp } from './ip-command.ts';

/**
 * What became of a wish to have or not to have an address. `changed` is true when this call did it, or an earlier one
 * of ours that was killed: any other address that was there before is somebody else's, and must not be removed by us
 * later.
 */
export type BindingOutcome =
  | { readonly ok: true; readonly changed: boolean }
  | { readonly ok: false; readonly reason: BindingFailure; readonly message: string };

/** Why an address could not be bound or unbound; stable words. */
export type BindingFailure = 'ip-command-missing' | 'not-permitted' | 'interface-unknown' | 'failed';

const ALREADY_THERE = /File exists|already assigned/i;
const ALREADY_GONE = /Cannot assign requested address|address not found/i;

/** Deprecated, an IPv6 address is answered for but never chosen as a source; DAD would delay a VIP that moved. */
const IPV6_EXTRAS = ['nodad', 'preferred_lft', '0'];

const failure = (doing: string, { complaint, missing }: IpOutcome & { ok: false }): BindingOutcome => {
  const failed = (reason: BindingFailure, why: string): BindingOutcome => ({
    ok: false,
    reason,
    message: `cannot ${doing}: ${why}`,
  });
  if (missing) return failed('ip-command-missing', 'there is no ip command (iproute2) on this host');
  if (/Operation not permitted/i.test(complaint)) {
    return failed('not-permitted', `${complaint}; CAP_NET_ADMIN is needed`);
  }
  if (/Cannot find device/i.test(complaint)) return failed('interface-unknown', 'there is no such interface');
  return failed('failed', complaint);
};

/**
 * 'vip'. Without a route of its own an address has no use for a metric: it tells those that a killed process of ours
 * left behind from those of somebody else.
 */
const MARK = 0x766970;

/** Asks for the one address: a list of all would be long on a host with many VIPs. */
const holderOf = async (prefix: string, link: string): Promise<'nobody' | 'us' | 'others'> => {
  const outcome = await runIp('-j', 'addr', 'show', 'dev', link, 'to', prefix);
  if (!outcome.ok || !outcome.output.includes('"local"')) return 'nobody';
  return outcome.output.includes(`"metric":${MARK},`) ? 'us' : 'others';
};

/** Puts an address on an interface as a /32 or /128, without a route of its own. Does nothing if it is there. */
export const bindAddress = async (address: Address, link: string): Promise<BindingOutcome> => {
  const prefix = formatPrefix(hostPrefix(address));
  const holder = await holderOf(prefix, link);
  if (holder !== 'nobody') return { ok: true, changed: holder === 'us' };
  const extras = address.version === 6 ? IPV6_EXTRAS : [];
  const outcome = await runIp(
    'addr',
    'add',
    prefix,
    'dev',
    link,
    'noprefixroute',
    'metric',
    `${MARK}`,
    ...extras,
  );
  if (outcome.ok) return { ok: true, changed: true };
  if (ALREADY_THERE.test(outcome.complaint)) return { ok: true, changed: false };
  return failure(`put ${prefix} on ${link}`, outcome);
};

/** Takes a /32 or /128 off an interface. Does nothing if it is not there. */
export const unbindAddress = async (address: Address, link: string): Promise<BindingOutcome> => {
  const prefix = formatPrefix(hostPrefix(address));
  const outcome = await runIp('addr', 'del', prefix, 'dev', link);
  if (outcome.ok) return { ok: true, changed: true };
  if (ALREADY_GONE.test(outcome.complaint)) return { ok: true, changed: false };
  return failure(`take ${prefix} off ${link}`, outcome);
};

/** An address of ours on an interface. */
export interface BoundAddress {
  readonly address: string;
  readonly interface: string;
}

/** What processes of ours have bound and not taken off: a killed one takes nothing off. */
export const boundAddresses = async (): Promise<readonly BoundAddress[]> => {
  const outcome = await runIp('-j', 'addr', 'show');
  if (!outcome.ok) return [];
  const links = JSON.parse(outcome.output || '[]') as readonly {
    readonly ifname?: string;
    readonly addr_info?: readonly { readonly local?: string; readonly metric?: number }[];
  }[];
  return links.flatMap(({ ifname = '', addr_info = [] }) =>
    addr_info.flatMap(({ local, metric }) =>
      local !== undefined && metric === MARK ? [{ address: local, interface: ifname }] : [],
    ),
  );
};
