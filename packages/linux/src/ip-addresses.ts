import { parseAddress } from '@vipcast/net';
import type { HostAddress } from './host-address.ts';

/** What `ip -j addr show` prints, as far as it is used. A flag that is not set is absent. */
interface IpLink {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly addr_info?: readonly IpAddress[];
}

interface IpAddress {
  readonly local?: string;
  readonly prefixlen?: number;
  readonly scope?: string;
  readonly temporary?: boolean;
  readonly deprecated?: boolean;
  readonly tentative?: boolean;
  readonly dadfailed?: boolean;
  readonly preferred_life_time?: number;
}

const FOREVER = 0xffffffff;

/** Scopes beyond the link, old site-local ones too, count as global; `nowhere` reaches no further than the host. */
const scopeOf = (scope: string | undefined): HostAddress['scope'] =>
  scope === 'link' ? 'link' : scope === 'host' || scope === 'nowhere' ? 'host' : 'global';

const hostAddressOf = (link: string, info: IpAddress): HostAddress[] => {
  const address = parseAddress(info.local ?? '');
  if (address === undefined || info.prefixlen === undefined) return [];
  const lifetime = info.preferred_life_time ?? FOREVER;
  return [
    {
      address,
      length: info.prefixlen,
      interface: link,
      scope: scopeOf(info.scope),
      flags: {
        temporary: info.temporary ?? false,
        deprecated: info.deprecated ?? false,
        tentative: info.tentative ?? false,
        dadFailed: info.dadfailed ?? false,
      },
      preferredLifetime: lifetime === FOREVER ? Number.POSITIVE_INFINITY : lifetime,
    },
  ];
};

/**
 * The addresses in the output of `ip -j addr show`. An interface that is down keeps its IPv4 addresses, but nobody
 * can reach the host through it: they are left out.
 * @throws when the text is not JSON
 */
export const parseIpAddresses = (json: string): HostAddress[] =>
  (JSON.parse(json || '[]') as readonly Partial<IpLink>[]).flatMap(({ addr_info, flags, ifname }) =>
    ifname !== undefined && flags?.includes('UP')
      ? (addr_info ?? []).flatMap((i) => hostAddressOf(ifname, i))
      : [],
  );
