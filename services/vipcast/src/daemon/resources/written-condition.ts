import type { ResourceCondition } from '@vipcast/config';
import type { KubernetesObject } from '@vipcast/kubernetes';

/** The condition that stands on a resource. */
export interface WrittenCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | null;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
}

const TYPE: ResourceCondition['type'] = 'Accepted';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Our condition on an object; `null` when it has none. */
export const writtenOn = (object: KubernetesObject): WrittenCondition | null => {
  const { conditions } = (object.status ?? {}) as { readonly conditions?: unknown };
  const all: readonly Record<string, unknown>[] = Array.isArray(conditions) ? conditions : [];
  const found = all.find((condition) => condition?.type === TYPE);
  if (found === undefined) return null;
  const { status, reason, message, observedGeneration: generation, lastTransitionTime } = found;
  return {
    status: text(status),
    reason: text(reason),
    message: text(message),
    observedGeneration: typeof generation === 'number' ? generation : null,
    lastTransitionTime: text(lastTransitionTime),
  };
};

/** True when what stands there says what is to be said. */
export const says = (written: WrittenCondition | null, wanted: ResourceCondition): boolean =>
  written !== null &&
  written.status === wanted.status &&
  written.reason === wanted.reason &&
  written.message === wanted.message &&
  written.observedGeneration === wanted.observedGeneration;

/**
 * A condition as the API has it. Its time is that of the last change of `status`.
 * @param now milliseconds since 1970
 */
export const conditionToWrite = (
  { type, status, reason, message, observedGeneration }: ResourceCondition,
  written: WrittenCondition | null,
  now: number,
): object => ({
  type,
  status,
  reason,
  message,
  ...(observedGeneration === null ? {} : { observedGeneration }),
  lastTransitionTime:
    written?.status === status ? written.lastTransitionTime : `${new Date(now).toISOString().slice(0, 19)}Z`,
});
