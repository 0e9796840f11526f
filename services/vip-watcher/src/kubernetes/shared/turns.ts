import type { Draft } from '@vipcast/events';
import type { Clock, Cluster } from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import type { Wanted } from '../watches.ts';
import { WATCHER } from './account.ts';
import { type ListRequest, standForTerm, type Term } from './term.ts';
import type { SharingTimes } from './times.ts';
import type { Scope } from './whole-watch.ts';

/** What taking turns takes. */
export interface TurnsOptions {
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly times: SharingTimes;
  /** Who watches for all; `undefined`: nobody. */
  readonly sitting: () => string | undefined;
  /** Whether this node is to be next. */
  readonly isNext: () => boolean;
  /** Appends facts, under a new epoch or not. */
  readonly append: (drafts: readonly Draft[], anew: boolean) => void;
}

/** The turns of this node at watching for all. */
export interface Turns {
  /** Begins a turn, or ends it, if it is time. */
  attend(now: number, wanted: Wanted): void;
  /** There is a way to the API server. */
  open(cluster: Cluster): void;
  answer(request: ListRequest): void;
  stop(): void;
}

const scopeOf = ({ namespace, namespaces }: Wanted): Scope => ({ namespace, namespaces });

/** No turn has begun. */
export const createTurns = (options: TurnsOptions): Turns => {
  const { node, clock, logger, times, sitting, isNext, append } = options;
  let api: Cluster | undefined;
  let turn: { readonly term: Term; readonly scope: Scope } | undefined;
  /** Since when it would be our turn. */
  let nextSince: number | undefined;

  const end = (because: string, unheard: boolean): void => {
    turn?.term.stop();
    turn = undefined;
    nextSince = undefined;
    logger.info({ because }, 'this node does not watch the Kubernetes API for all');
    append([{ type: 'kubernetes.TermEnded', of: WATCHER, data: { because, unheard } }], false);
  };

  const begin = (cluster: Cluster, scope: Scope): void => {
    logger.info({ server: cluster.server }, 'this node watches the Kubernetes API for all');
    const term = standForTerm({
      ...{ cluster, clock, logger, scope, append, patience: times.unheard, spacing: times.spacing },
      mayBegin: () => (sitting() ?? node) === node,
      onUnheard: (because) => end(`the Kubernetes API is not heard: ${because}`, true),
    });
    turn = { term, scope };
  };

  return {
    attend: (now, wanted) => {
      const scope = scopeOf(wanted);
      const sits = sitting();
      if (turn !== undefined) {
        if (sits !== undefined && sits !== node) end(`${sits} does`, false);
        else if (JSON.stringify(turn.scope) !== JSON.stringify(scope))
          end('other objects are to be watched', false);
        return;
      }
      nextSince = sits === undefined && isNext() ? (nextSince ?? now) : undefined;
      const waited = nextSince === undefined ? -1 : now - nextSince;
      if (waited < times.settle) return;
      if (api !== undefined) begin(api, scope);
      else if (waited >= times.unheard) end('there is no way to the Kubernetes API', true);
    },
    open: (cluster) => {
      api = cluster;
      turn?.term.open(cluster);
    },
    answer: (request) => turn?.term.answer(request),
    stop: () => turn?.term.stop(),
  };
};
