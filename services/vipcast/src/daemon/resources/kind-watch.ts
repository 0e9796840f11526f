import {
  type Clock,
  type Cluster,
  describeError,
  type Project,
  type Resource,
  resourcePath,
  type WatchHandlers,
  watchResource,
} from '@vipcast/kubernetes';

/** A kind that the cluster may not have. */
export interface KindOptions<T> {
  readonly cluster: Cluster;
  readonly resource: Resource;
  readonly project: Project<T>;
  /** Whether any of its objects are known. */
  readonly isKnown: () => boolean;
  readonly clock: Clock;
}

/** Who is told. */
export interface KindHandlers<T> extends WatchHandlers<T> {
  /** The cluster has no such kind. */
  readonly onAbsent: () => void;
  /** Nothing can be heard, and why. */
  readonly onTrouble: (because: string) => void;
}

/** Whoever installs the kinds waits for about a minute; until then each node asks that often. */
const ABSENT_MS = 60_000;
/** So many answers in a row are believed over what is known. */
const SURE = 6;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Watches a kind as soon as the cluster has it. Objects that went with their kind were told to be deleted while somebody
 * listened; a server that says that there is no such kind while objects of it are known may have lost its store, and is
 * believed after some minutes only.
 */
export const watchKind = <T>(
  options: KindOptions<T>,
  handlers: KindHandlers<T>,
): { readonly stop: () => void } => {
  const { cluster, resource, clock, isKnown } = options;
  const path = resourcePath(resource);
  let stopped = false;
  let absences = 0;
  let failures = 0;
  let end = (): void => undefined;

  const again = (ms: number): void => {
    end = clock.after(ms * (0.75 + clock.random() / 2), () => void ask());
  };

  const miss = (): void => {
    failures = 0;
    absences += 1;
    if (absences >= SURE || !isKnown()) handlers.onAbsent();
    else handlers.onTrouble('the cluster has no such kind any more');
    again(ABSENT_MS);
  };

  const ask = async (): Promise<void> => {
    const answer = await cluster.request({ method: 'GET', path, query: { limit: 1 } });
    if (stopped) return;
    if (answer.ok) end = watchResource(options, handlers).stop;
    else if (answer.error.status === 404) miss();
    else {
      absences = 0;
      handlers.onTrouble(describeError(answer.error));
      again(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures++, 10)));
    }
  };

  void ask();
  return {
    stop: () => {
      stopped = true;
      end();
    },
  };
};
