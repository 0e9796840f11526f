import type { AdvertisementConfig } from '../config.ts';
import { nearestName } from '../near-name.ts';
import type { Problem } from '../problem.ts';
import { describe } from '../wording.ts';
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

/** The advertisements in the order in which they are asked: highest priority first, then by name. */
export const advertisementConfigs = (
  advertisements: readonly AdvertisementResource[],
): readonly AdvertisementConfig[] =>
  [...advertisements]
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))
    .map(({ name, peers, families, set }) => ({ name, peers, families, set }));
