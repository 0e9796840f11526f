import type { HealthCheck } from './settings.ts';

/**
 * What is known of a service's health.
 *
 * `assumed`: the VIP was advertised before its check had a say (a restart, or a check new to the VIP) and stays so
 * until the check has decided. `forgotten`: `unknown` again, whatever was advertised, since the machine was booted.
 */
export interface Health {
  readonly verdict: 'unknown' | 'forgotten' | 'assumed' | 'healthy' | 'unhealthy';
  /** In a row, up to `rise`. */
  readonly successes: number;
  /** In a row, up to `fall`. */
  readonly failures: number;
  /** What decided, for people. */
  readonly because: string;
}

/** What one probe found; `detail` is for people. */
export interface Probed {
  readonly healthy: boolean;
  readonly detail: string;
}

const COUNTS = { successes: 0, failures: 0 };

/** No probe has answered yet. */
export const UNKNOWN: Health = {
  ...COUNTS,
  verdict: 'unknown',
  because: 'the health check has not decided yet',
};

/** Whatever a check had found, the service behind it is not the one that now may start. */
export const FORGOTTEN: Health = {
  ...COUNTS,
  verdict: 'forgotten',
  because: 'the machine was booted, and the health check has not decided since',
};

/** Advertised until the check says otherwise. */
export const assumed = (because: string): Health => ({ ...COUNTS, verdict: 'assumed', because });

/** Withheld until the check says otherwise. */
export const unhealthy = (because: string): Health => ({ ...COUNTS, verdict: 'unhealthy', because });

/** The verdict as it is, with nothing counted: where a changed check starts. */
export const recount = (health: Health): Health => ({ ...health, ...COUNTS });

const times = (count: number): string => (count === 1 ? '' : `, ${count} times in a row`);

/** Counts one probe. The same object comes back when nothing has changed, as in every steady state. */
export const count = (health: Health, { rise, fall }: HealthCheck, { healthy, detail }: Probed): Health => {
  const successes = healthy ? Math.min(health.successes + 1, rise) : 0;
  const failures = healthy ? 0 : Math.min(health.failures + 1, fall);
  if (successes === health.successes && failures === health.failures) return health;
  if (healthy && successes >= rise && health.verdict !== 'healthy')
    return { verdict: 'healthy', successes, failures, because: `${detail}${times(rise)}` };
  if (!healthy && failures >= fall && health.verdict !== 'unhealthy')
    return { verdict: 'unhealthy', successes, failures, because: `${detail}${times(fall)}` };
  return { ...health, successes, failures };
};
