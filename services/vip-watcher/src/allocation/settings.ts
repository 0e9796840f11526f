import type { Config } from '@vipcast/config';
import { parseAddress } from '@vipcast/net';
import type { AllocationSettings, Pool } from '@vipcast/vip/allocation';
import { selectorOf } from '@vipcast/vip/kubernetes';
import { servicesConfigOf } from '../kubernetes/settings.ts';

/** What a configuration says of allocation. */
export interface AllocationConfig {
  readonly kubeconfig: string | null;
  readonly settings: AllocationSettings;
}

const poolOf = (config: Config['pools'][number]): Pool => ({
  name: config.name,
  ranges: config.addresses.flatMap((range) => {
    const [first, last] = [parseAddress(range.first), parseAddress(range.last)];
    return first && last ? [{ first, last }] : [];
  }),
  autoAssign: config.autoAssign,
  namespaces: config.namespaces,
  namespaceSelector: selectorOf(config.namespaceSelector),
  serviceSelector: selectorOf(config.serviceSelector),
  sharing: config.sharing,
});

/** What a configuration, as a fact has it, says of allocation; `undefined` when nothing is to be allocated. */
export const allocationConfigOf = (config: Partial<Config>, node: string): AllocationConfig | undefined => {
  const services = servicesConfigOf(config, node);
  if (services === undefined || !config.kubernetes?.allocate) return undefined;
  const reserved = new Map(
    (config.vips ?? []).flatMap(({ name, addresses }) =>
      addresses.map((address) => [address, `VIP ${name} of the configuration file`] as const),
    ),
  );
  return {
    kubeconfig: services.kubeconfig,
    settings: { services: services.settings, pools: (config.pools ?? []).map(poolOf), reserved },
  };
};
