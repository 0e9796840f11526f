import type { AdvertisementConfig, PoolConfig } from '../config.ts';
import { nearestName } from '../near-name.ts';
import type { Problem } from '../problem.ts';
import { describe } from '../wording.ts';
import { byPriority } from './pool-merge.ts';
import type { AdvertisementResource } from './resource.ts';

/** Names that a resource may give. */
export interface KnownNames {
  readonly peers: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
}

const unknown = (
  key: 'peers' | 'pools',
  names: readonly string[] | null,
  known: ReadonlySet<string>,
): readonly Problem[] =>
  (names ?? []).flatMap((name, i): readonly Problem[] => {
    if (known.has(name)) return [];
    const near = nearestName(name, known);
    const kind = key === 'peers' ? 'peer' : 'VIPPool';
    const expected = near ?? `the name of a ${kind}`;
    const text = `no ${kind} is called ${name}${near === undefined ? ' here' : `; did you mean ${near}?`}`;
    return [{ code: 'W_CONFIG_UNKNOWN_NAME', path: ['spec', key, i], found: describe(name), expected, text }];
  });

/** Names that nothing has. They may come later, or be those of another node's file: a doubt, not an error. */
export const doubtsAbout = (
  { peers, pools }: AdvertisementResource,
  known: KnownNames,
): readonly Problem[] => [...unknown('peers', peers, known.peers), ...unknown('pools', pools, known.pools)];

/**
 * The advertisements in the order in which they are asked: highest priority first, then by name.
 * @param pools - those that are part of the configuration
 */
export const advertisementConfigs = (
  advertisements: readonly AdvertisementResource[],
  pools: readonly PoolConfig[],
): readonly AdvertisementConfig[] => {
  const rangesOf = (named: readonly string[]) =>
    pools.filter(({ name }) => named.includes(name)).flatMap(({ addresses }) => addresses);
  return [...advertisements].sort(byPriority).map((advertisement) => ({
    name: advertisement.name,
    serviceSelector: advertisement.serviceSelector,
    namespaces: advertisement.namespaces,
    namespaceSelector: advertisement.namespaceSelector,
    addresses: advertisement.pools && rangesOf(advertisement.pools),
    peers: advertisement.peers,
    families: advertisement.families,
    set: advertisement.set,
  }));
};
