import type { Config } from '@vipcast/config';
import { parseAddress } from '@vipcast/net';
import {
  type Advertisement,
  type ServiceSettings,
  selectorOf,
  serviceSettings,
} from '@vipcast/vip/kubernetes';

/** What a configuration says of Services. */
export interface ServicesConfig {
  readonly kubeconfig: string | null;
  /** One node watches for all. */
  readonly sharedWatcher: boolean;
  readonly settings: ServiceSettings;
  /** `null`: advertisements are not in use. */
  readonly advertisements: readonly Advertisement[] | null;
}

type AdvertisementConfig = NonNullable<Config['advertisements']>[number];

/** A range that cannot be read, which this release never wrote, holds no address. */
const rangesOf = (ranges: AdvertisementConfig['addresses'] | undefined): Advertisement['addresses'] =>
  ranges?.flatMap((range) => {
    const [first, last] = [parseAddress(range.first), parseAddress(range.last)];
    return first && last ? [{ first, last }] : [];
  }) ?? null;

/** Parts that a release before they were there did not write down do not narrow. */
const advertisementOf = (
  config: Partial<AdvertisementConfig> & { readonly name: string },
): Advertisement => ({
  name: config.name,
  serviceSelector: selectorOf(config.serviceSelector),
  namespaces: config.namespaces ?? null,
  namespaceSelector: selectorOf(config.namespaceSelector),
  addresses: rangesOf(config.addresses),
});

/** What a configuration, as a fact has it, says of Services; `undefined` when they are not announced. */
export const servicesConfigOf = (config: Partial<Config>, node: string): ServicesConfig | undefined => {
  const { kubernetes, advertisements = null } = config;
  if (!kubernetes?.enabled) return undefined;
  const usual = serviceSettings(node);
  const settings: ServiceSettings = {
    node,
    loadBalancerClass: kubernetes.loadBalancerClass,
    alsoWithoutClass: kubernetes.alsoWithoutClass,
    namespace: kubernetes.namespace,
    externalIPs: kubernetes.externalIPs,
    drainTaints: kubernetes.drainTaints ?? usual.drainTaints,
    drainOnCordon: kubernetes.drainOnCordon ?? usual.drainOnCordon,
  };
  return {
    kubeconfig: kubernetes.kubeconfig,
    sharedWatcher: kubernetes.sharedWatcher ?? false,
    settings,
    advertisements: advertisements === null ? null : advertisements.map(advertisementOf),
  };
};
