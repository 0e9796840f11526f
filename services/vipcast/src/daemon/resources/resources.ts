import { setTimeout as pause } from 'node:timers/promises';
import type { Config, ResourceCondition } from '@vipcast/config';
import { systemClock } from '@vipcast/kubernetes';
import { openNotes, patientNotes } from '@vipcast/log';
import type { Logger } from '@vipcast/runtime';
import type { Silence } from '@vipcast/vip-watcher';
import type { Following } from './following.ts';
import { type Known, knownFrom, mergeKnown, mergeUnheard, wantsResources } from './known.ts';
import { createListBrake } from './list-brake.ts';
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
  /**
   * A file's configuration with all that is known of resources; while there is none to be heard, what was known last.
   * @param running - the configuration that holds, if one does
   */
  effective(config: Config, running?: Config): Config;
  /** Follows the API server as this configuration has it, or no more. */
  follow(config: Config): void;
  /** Resolves when they were heard, now or ever; so long at most, in milliseconds. */
  heard(ms: number): Promise<void>;
  /** Why resources that are no longer listed stay; `undefined` when none do. */
  held(): Silence | undefined;
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
  let heldCount = 0;
  const hearing = Promise.withResolvers<void>();
  const brakeOf = (kind: 'BGPPeer' | 'BGPAdvertisement') =>
    createListBrake({ kind, clock: systemClock, logger, relist: () => following?.relist() });
  const peerBrake = brakeOf('BGPPeer');
  const advertisementBrake = brakeOf('BGPAdvertisement');

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

  const effective = (from: Config, running?: Config): Config => {
    if (!wantsResources(from)) return from;
    if (known === undefined) return mergeUnheard(from, running);
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
    // Those that are held come last, and there is nothing of them to be written to.
    if (current === undefined || seen === undefined) return [];
    if (conditions.length !== seen.resources.length + heldCount) return [];
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
    const peers = new Set(config?.peers.map(({ name }) => name));
    const kept = [
      ...peerBrake.keep(known, (name) => peers.has(name), now),
      ...advertisementBrake.keep(known, () => true, now),
    ];
    heldCount = kept.length;
    known = knownFrom(known, [...now.resources, ...kept], labels);
    options.onChange();
    hearing.resolve();
  };

  const release = (): void => {
    peerBrake.release();
    advertisementBrake.release();
  };

  const change = async (from: Config): Promise<void> => {
    await following?.stop();
    seen = undefined;
    following = undefined;
    release();
    if (!wantsResources(from)) {
      remember(undefined);
      return;
    }
    // Loaded when first needed, as most nodes are in no cluster.
    const { followCluster } = await import('./following.ts');
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
    heard: async (ms) => {
      if (settings !== 'none' && known === undefined)
        await Promise.race([hearing.promise, pause(ms, undefined, { ref: false })]);
    },
    held: () => peerBrake.held() ?? advertisementBrake.held(),
    stop: () =>
      inTurn(async () => {
        release();
        await following?.stop();
        notes.close();
      }),
  };
};
