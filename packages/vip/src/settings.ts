/** How a service is asked whether it is well. Times are milliseconds. */
export type HealthCheck = {
  readonly interval: number;
  readonly timeout: number;
  /** Successes in a row that make it healthy. */
  readonly rise: number;
  /** Failures in a row that make it unhealthy. */
  readonly fall: number;
} & (
  | {
      readonly kind: 'http';
      readonly target: string;
      /** A file with the certificates of the only authorities that are believed; `null`: the system's. */
      readonly ca?: string | null;
      /** Take any certificate. */
      readonly insecure?: boolean;
    }
  | { readonly kind: 'tcp'; readonly target: string }
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

/** Everything that a probe goes by, besides its timing. */
const target = (check: HealthCheck): readonly string[] => {
  if (check.kind === 'exec') return check.target;
  return check.kind === 'tcp' ? [check.target] : [check.target, check.ca ?? '', `${check.insecure ?? false}`];
};

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
