import type { Config, ResourceCondition } from '@vipcast/config';
import { openNotes, patientNotes } from '@vipcast/log';
import type { Logger } from '@vipcast/runtime';
import { type Following, followCluster } from './following.ts';
import { type Known, knownFrom, mergeKnown, mergeUnheard, wantsResources } from './known.ts';
import { KNOWN_NOTE } from './memory.ts';
import { withPassword } from './password-condition.ts';
import type { WantedCondition } from './status-writer.ts';
import type { Seen } from './view.ts';

/** What following resources needs. */
export interface ResourcesOptions {
  readonly journal: string;
  /** Whether this process of the node may write conditions on resources; one of them is enough. */
  readonly writesStatus: boolean;
  readonly version: string;
  readonly logger: Logger;
  /** What resources add may differ from now on. */
  readonly onChange: () => void;
}

/** The part of a configuration that stands in Kubernetes. */
export interface Resources {
  /** A file's configuration with all that is known of resources; while there is none to be heard, what was known last. */
  effective(config: Config): Config;
  /** Follows the API server as this configuration has it, or no more. */
  follow(config: Config): void;
  stop(): Promise<void>;
}

/** Opens what is known of resources; nothing is followed yet. */
export const createResources = (options: ResourcesOptions): Resources => {
  const { logger } = options;
  const notes = patientNotes(openNotes(options.journal));
  let known = notes.get<Known | null>(KNOWN_NOTE) ?? undefined;
  let noted = JSON.stringify(known ?? null);
  let seen: Seen | undefined;
  let config: Config | undefined;
  let conditions: readonly ResourceCondition[] = [];
  let refused = '';
  let settings = '';
  let following: Following | undefined;
  let turn = Promise.resolve();

  const remember = (next: Known | undefined): void => {
    known = next;
    const text = JSON.stringify(next ?? null);
    if (text === noted) return;
    noted = text;
    notes.set(KNOWN_NOTE, next ?? null);
  };

  const sayRefused = (): void => {
    const lines = conditions
      .filter(({ status }) => status === 'False')
      .map(({ kind, name, message }) => `${kind} ${name} is refused: ${message}`);
    if (lines.join('\n') === refused) return;
    refused = lines.join('\n');
    for (const line of lines) logger.warn(line);
  };

  const effective = (from: Config): Config => {
    if (!wantsResources(from)) return from;
    if (known === undefined) return mergeUnheard(from);
    const merged = mergeKnown(from, known);
    config = merged.config;
    conditions = merged.conditions;
    remember(merged.known);
    sayRefused();
    return merged.config;
  };

  /** What is to stand on the resources, in the order in which they were seen. */
  const wanted = (): readonly WantedCondition[] => {
    const current = config;
    if (current === undefined || conditions.length !== seen?.resources.length) return [];
    return seen.resources.flatMap(({ uid, written }, i) => {
      const condition = conditions[i];
      return condition ? [{ uid, written, wanted: withPassword(condition, current) }] : [];
    });
  };

  const isKnown = (kind: string): boolean =>
    known?.resources.some(({ read }) => (read.ok ? read.resource : read).kind === kind) ?? false;

  const see = (now: Seen, node: string): void => {
    seen = now;
    // A Node that is gone for a moment, as when its kubelet registers anew, is still of the same kind.
    const labels = now.labels ?? known?.labels ?? { 'kubernetes.io/hostname': node };
    known = knownFrom(known, now.resources, labels);
    options.onChange();
  };

  const change = async (from: Config): Promise<void> => {
    await following?.stop();
    seen = undefined;
    following = undefined;
    if (!wantsResources(from)) remember(undefined);
    else
      following = followCluster({
        ...options,
        ...{ config: from, isKnown, conditions: wanted },
        onSeen: (now) => see(now, from.node),
      });
  };

  const inTurn = (action: () => Promise<void>): Promise<void> => {
    turn = turn
      .then(action)
      .catch((error: unknown) => logger.error({ err: error }, 'resources cannot be followed'));
    return turn;
  };

  return {
    effective,
    follow: (from) => {
      const next = wantsResources(from) ? JSON.stringify(from.kubernetes.kubeconfig) : 'none';
      if (next === settings) return;
      settings = next;
      void inTurn(() => change(from));
    },
    stop: () =>
      inTurn(async () => {
        await following?.stop();
        notes.close();
      }),
  };
};
