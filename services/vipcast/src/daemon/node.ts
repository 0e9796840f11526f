import { type Config, formatPlan, planChange } from '@vipcast/config';
import { type Draft, parseSubject } from '@vipcast/events';
import type { Log } from '@vipcast/log';
import { startResolver } from '@vipcast/next-hop-resolver';
import { appender, type Clock, type Identity, type Logger } from '@vipcast/runtime';
import { startSpeakerThread } from '@vipcast/speaker';
import { startVipWatcher } from '@vipcast/vip-watcher';

/** A configuration that has been checked, and where it came from. */
export interface AppliedConfig {
  readonly file: string;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly config: Config;
}

/** What a node needs from its process. */
export interface NodeOptions {
  readonly log: Log;
  readonly applied: AppliedConfig;
  readonly version: string;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The services of one node, running on one log. */
export interface RunningNode {
  /** Rejects when a service can no longer run. */
  readonly died: Promise<never>;
  apply(next: AppliedConfig): void;
  refuse(file: string, errors: readonly string[]): void;
  stop(reason: string): Promise<void>;
}

const SERVICES = ['vip-watcher', 'next-hop-resolver', 'speaker'];

const MOST_PLAN_LINES = 100;

/** What changes, one line each; of very many the first, and how many more. */
const planLines = (before: Config | null, after: Config): string[] => {
  const lines = formatPlan(planChange(before, after)).split('\n').filter(Boolean);
  const more = lines.length - MOST_PLAN_LINES;
  return more > 0 ? [...lines.slice(0, MOST_PLAN_LINES), `… and ${more} more`] : lines;
};

const configDraft = ({ file, digest, config }: AppliedConfig, before: Config | null): Draft => ({
  type: 'node.ConfigApplied',
  of: config.node,
  data: {
    file,
    digest,
    plan: planLines(before, config),
    config: config as unknown as Record<string, unknown>,
  },
});

/** The configuration that a node last applied, by its log; `null` if it never did. */
const lastConfig = (log: Log, node: string): Config | null => {
  for (const fact of log.read({ aggregates: ['node'], reverse: true }))
    if (fact.type === 'node.ConfigApplied' && parseSubject(fact.subject)?.node === node)
      return fact.data.config as unknown as Config;
  return null;
};

/** Starts the services of one node; what they need to know of each other they read in the log. */
export const startNode = async (options: NodeOptions): Promise<RunningNode> => {
  const { log, version, logLevel, clock, logger } = options;
  const {
    node,
    cluster,
    log: { journal },
  } = options.applied.config;
  const identity: Identity = { cluster, node };
  const append = appender(log.writer(`${node}/config`), identity, clock);

  append([
    { type: 'node.Started', of: node, data: { version, pid: process.pid, services: SERVICES } },
    configDraft(options.applied, lastConfig(log, node)),
  ]);
  const speaker = startSpeakerThread({ journal, identity, logLevel });
  const watcher = await startVipWatcher({ log, cluster, node, clock, logger });
  const resolver = await startResolver({ log, identity, clock, logger });

  return {
    died: speaker.died,
    apply: (next) => {
      append([configDraft(next, lastConfig(log, node))]);
    },
    refuse: (file, errors) => {
      append([{ type: 'node.ConfigRejected', of: node, data: { file, errors: [...errors] } }]);
    },
    stop: async (reason) => {
      resolver.stop();
      await speaker.stop();
      await watcher.stop();
      append([{ type: 'node.Stopped', of: node, data: { reason } }]);
    },
  };
};
