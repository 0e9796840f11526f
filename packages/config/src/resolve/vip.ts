import type { HealthCheckConfig, VipConfig } from '../config.ts';
import { PROBE_DEFAULTS, type VipEntry } from '../schema/vip.ts';

const healthCheck = (entry: NonNullable<VipEntry['healthCheck']>): HealthCheckConfig | null => {
  const timing = {
    interval: entry.interval ?? PROBE_DEFAULTS.interval,
    timeout: entry.timeout ?? PROBE_DEFAULTS.timeout,
    rise: entry.rise ?? PROBE_DEFAULTS.rise,
    fall: entry.fall ?? PROBE_DEFAULTS.fall,
  };
  if (typeof entry.http === 'string') {
    const trust = { ca: entry.ca ?? null, insecure: entry.insecure ?? false };
    return { kind: 'http', target: entry.http, ...trust, ...timing };
  }
  if (typeof entry.tcp === 'string') return { kind: 'tcp', target: entry.tcp, ...timing };
  return entry.exec ? { kind: 'exec', target: entry.exec, ...timing } : null;
};

/** A VIP with its defaults. */
export const resolveVip = (entry: VipEntry): VipConfig => ({
  name: entry.name,
  addresses: entry.addresses,
  healthCheck: entry.healthCheck ? healthCheck(entry.healthCheck) : null,
  bind: entry.bind ?? null,
});
