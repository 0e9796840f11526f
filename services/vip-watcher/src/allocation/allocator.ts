import { randomUUID } from 'node:crypto';
import type { Config } from '@vipcast/config';
import { parseSubject, type RecordedFact } from '@vipcast/events';
import type { ElectionTimes } from '@vipcast/kubernetes';
import type { Log } from '@vipcast/log';
import type { Logger } from '@vipcast/runtime';
import manifest from '../../package.json' with { type: 'json' };
import { configIn } from '../facts.ts';
import type { Office } from './office.ts';
import { type AllocationConfig, allocationConfigOf } from './settings.ts';

/** What an allocator works with. */
export interface AllocatorOptions {
  readonly log: Log;
  readonly cluster: string;
  readonly node: string;
  readonly logger: Logger;
  /** How the Lease is held; 15 s, 10 s and 2 s when left out. */
  readonly times?: ElectionTimes;
}

/** A running allocator. */
export interface Allocator {
  /** Gives the Lease back. Says nothing about addresses: those that were given stay. */
  stop(): Promise<void>;
}

/**
 * Gives Services addresses out of VIPPools while the configuration wishes so and this node holds the Lease. Every node
 * runs one; the others stand by.
 */
export const startAllocator = (options: AllocatorOptions): Allocator => {
  const { log, cluster, node, logger, times } = options;
  const identity = `${node}_${randomUUID()}`;
  let wanted: AllocationConfig | undefined;
  let office: Office | undefined;
  let loading: Promise<void> | undefined;
  let left = Promise.resolve();

  /** Loaded when first needed, as most nodes are in no cluster. */
  const load = async (): Promise<void> => {
    const { standForOffice } = await import('./office.ts');
    await left;
    loading = undefined;
    if (wanted === undefined) return;
    office = standForOffice({ config: wanted, node, identity, logger, version: manifest.version, times });
  };

  const leave = (): void => {
    const leaving = office;
    office = undefined;
    if (leaving !== undefined) left = left.then(() => leaving.stop());
  };

  const configure = (config: Partial<Config>): void => {
    wanted = allocationConfigOf(config, node);
    if (wanted === undefined) leave();
    else if (office !== undefined) office.configure(wanted);
    else loading ??= load();
  };

  const configOf = (fact: RecordedFact): Partial<Config> | undefined => {
    const subject = parseSubject(fact.subject);
    return subject?.cluster === cluster && subject.node === node ? configIn(fact) : undefined;
  };

  const begin = log.last();
  let current: Partial<Config> | undefined;
  for (const fact of log.read({ until: begin, aggregates: ['node'] })) current = configOf(fact) ?? current;
  if (current !== undefined) configure(current);
  const follower = log.follow({ after: begin, aggregates: ['node'] }, (facts) => {
    const config = facts.map(configOf).findLast((each) => each !== undefined);
    if (config !== undefined) configure(config);
  });

  return {
    stop: async () => {
      follower.stop();
      wanted = undefined;
      await loading;
      leave();
      await left;
    },
  };
};
