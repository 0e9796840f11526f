import { type Book, emptyBook } from '../book.ts';
import { type ClusterState, emptyCluster } from './cluster.ts';
import { objectName } from './service.ts';
import type { ServiceSettings } from './settings.ts';
import type { ServiceVerdict } from './verdict.ts';

/** A VIP that stays advertised against its verdict. */
export interface Held {
  /** The reason that it would be withdrawn for, for people. */
  readonly because: string;
  /** Lists, since it was held, that found the same. */
  readonly confirmations: number;
}

/** All that is known of the cluster, and what was said of it. Values never change in place. */
export interface ServicesState {
  readonly cluster: ClusterState;
  /** Everything was listed once. */
  readonly listed: boolean;
  /** The verdict that was last said, by VIP. */
  readonly said: Book<ServiceVerdict>;
  readonly held: Book<Held>;
  /** How many VIPs are said to be advertised. */
  readonly advertised: number;
  /** Why the Node is to be drained; `null` when it is not, `undefined` when nothing is known of it. */
  readonly drain: string | null | undefined;
}

/** A VIP that was advertised before a restart. */
export interface AdvertisedVip {
  readonly name: string;
  readonly addresses: readonly string[];
}

const asBefore = ({ name, addresses }: AdvertisedVip): ServiceVerdict => ({
  vip: name,
  object: objectName(name),
  uid: '',
  addresses,
  leftOut: [],
  advertisements: null,
  because: 'it was advertised before the restart',
  advertised: true,
  reason: 'endpoints',
});

/**
 * Where watching a cluster begins.
 * @param before the VIPs of Services that are still advertised from before a restart: to lose many of these at once
 * is as suspicious as to lose others
 */
export const emptyServices = (
  settings: ServiceSettings,
  before: readonly AdvertisedVip[] = [],
): ServicesState => {
  const said = emptyBook<ServiceVerdict>().edit();
  for (const vip of before) said.set(vip.name, asBefore(vip));
  return {
    cluster: emptyCluster(settings),
    listed: false,
    said: said.done(),
    held: emptyBook(),
    advertised: said.size,
    drain: undefined,
  };
};
