import type { Cluster } from './cluster.ts';
import type { Service } from './service.ts';
import type { ServiceAddress } from './service-address.ts';
import type { ServiceSettings } from './settings.ts';

/** True when the load balancer addresses of the Service are for us to announce. */
export const isOurClass = (service: Service, settings: ServiceSettings): boolean =>
  service.class === settings.loadBalancerClass || (service.class === null && settings.alsoWithoutClass);

const isOurNamespace = ({ namespace }: Service, settings: ServiceSettings): boolean =>
  settings.namespace === null || settings.namespace === namespace;

/** The addresses of a Service that nodes take traffic for and that we are to announce. */
export const addressesOf = (service: Service, settings: ServiceSettings): readonly ServiceAddress[] => {
  const given = isOurClass(service, settings) ? service.given : [];
  if (!settings.externalIPs || service.external.length === 0) return given;
  const known = new Set(given.map(({ address }) => address));
  return [...given, ...service.external.filter(({ address }) => !known.has(address))];
};

/** The addresses that a Service keeps from other Services: it has them, whether it can be announced now or not. */
export const claimsOf = (service: Service | undefined, settings: ServiceSettings): readonly string[] =>
  service === undefined || service.deleting || !isOurNamespace(service, settings)
    ? []
    : addressesOf(service, settings)
        .filter(({ version }) => version !== null)
        .map(({ address }) => address);

const isOlder = (a: Service, b: Service): boolean =>
  a.createdAt === b.createdAt ? a.key < b.key : a.createdAt < b.createdAt;

/** The Service that keeps another from an address: an older one that does not share it; `undefined` when none does. */
export const ownerAgainst = (cluster: Cluster, service: Service, address: string): Service | undefined => {
  let owner = service;
  for (const key of cluster.claims.get(address) ?? []) {
    const other = cluster.services.get(key);
    if (other !== undefined && isOlder(other, owner)) owner = other;
  }
  const shared = owner.sharingKey !== null && owner.sharingKey === service.sharingKey;
  return owner === service || shared ? undefined : owner;
};
