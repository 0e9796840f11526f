/** How a service is asked whether it is well. Times are milliseconds. */
export type HealthCheck = {
  readonly interval: number;
  readonly timeout: number;
  /** Successes in a row that make it healthy. */
  readonly rise: number;
  /** Failures in a row that make it unhealthy. */
  readonly fall: number;
} & (
  | { readonly kind: 'http' | 'tcp'; readonly target: string }
  | { readonly kind: 'exec'; readonly target: readonly string[] }
);

/** A VIP of the configuration. Addresses are canonical text and checked; none is in two VIPs. */
export interface VipSettings {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly healthCheck: HealthCheck | null;
  /** The interface that the addresses are put on; `null` for none. */
  readonly bind: string | null;
}

const target = (check: HealthCheck): readonly string[] =>
  check.kind === 'exec' ? check.target : [check.target];

/** True when both have the same texts, in whatever order. */
export const sameTexts = (a: readonly string[], b: readonly string[]): boolean => {
  if (a.length !== b.length) return false;
  const [one, other] = [a.toSorted(), b.toSorted()];
  return one.every((text, i) => text === other[i]);
};

/** True when a probe of one would do for the other. */
export const sameCheck = (a: HealthCheck | null, b: HealthCheck | null): boolean => {
  if (a === null || b === null) return a === b;
  const [one, other] = [target(a), target(b)];
  return (
    a.kind === b.kind &&
    a.interval === b.interval &&
    a.timeout === b.timeout &&
    a.rise === b.rise &&
    a.fall === b.fall &&
    one.length === other.length &&
    one.every((text, i) => text === other[i])
  );
};
