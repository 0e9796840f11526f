import { type Config, formatPlan, planChange } from '@vipcast/config';
import { type Draft, parseSubject } from '@vipcast/events';
import { hostedLog, type Log } from '@vipcast/log';
import { appender, type Clock, type Identity, type Logger } from '@vipcast/runtime';
import type { Silence } from '@vipcast/vip-watcher';
import { thisBoot } from './boot.ts';
import { type RunningService, STARTERS, STOPPING } from './services.ts';
import { type ServiceName, type Share, shareOf } from './share.ts';

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
  /** Default: all of the node. */
  readonly share?: Share;
  readonly version: string;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Services of one node, running on one log. */
export interface RunningNode {
  /** Rejects when a service can no longer run. */
  readonly died: Promise<never>;
  /** Why the Kubernetes API is not heard; `undefined` while it is, and where nobody listens. */
  silence(): Silence | undefined;
  apply(next: AppliedConfig): void;
  refuse(file: string, errors: readonly string[]): void;
  stop(reason: string): Promise<void>;
}

const MOST_PLAN_LINES = 100;

/** What changes, one line each; of very many the first, and how many more. */
const planLines = (before: Config | null, after: Config): string[] => {
  const lines = formatPlan(planChange(before, after)).split('\n').filter(Boolean);
  const more = lines.length - MOST_PLAN_LINES;
  return more > 0 ? [...lines.slice(0, MOST_PLAN_LINES), `… and ${more} more`] : lines;
};

const configDraft = ({ file, digest, config }: AppliedConfig, before: Config | null, of: string): Draft => ({
  type: 'node.ConfigApplied',
  of,
  data: {
    file,
    digest,
    plan: planLines(before, config),
    config: config as unknown as Record<string, unknown>,
  },
});

/** The configuration that was last applied here, by the log; `null` if none ever was. */
const lastConfig = (log: Log, node: string): Config | null => {
  for (const fact of log.read({ aggregates: ['node'], reverse: true }))
    if (fact.type === 'node.ConfigApplied' && parseSubject(fact.subject)?.node === node)
      return fact.data.config as unknown as Config;
  return null;
};

/** Starts services of one node; what they need to know of each other they read in the log. */
export const startNode = async (options: NodeOptions): Promise<RunningNode> => {
  const { version, logLevel, clock, logger, applied } = options;
  const { share = shareOf(applied.config) } = options;
  const { node, cluster } = applied.config;
  const { writer, of } = share.host;
  const identity: Identity = { cluster, node };
  const log = hostedLog(options.log, writer);
  const append = appender(options.log.writer(writer), identity, clock);

  append([
    {
      type: 'node.Started',
      of,
      data: { version, pid: process.pid, services: [...share.services], ...thisBoot() },
    },
    configDraft(applied, lastConfig(log, node), of),
  ]);
  const context = { log, journal: share.journal, host: writer, identity, logLevel, clock, logger };
  const running = new Map<ServiceName, RunningService>();
  for (const name of share.services) running.set(name, await STARTERS[name](context));

  return {
    died: Promise.race([...running.values()].flatMap(({ died }) => died ?? [])),
    silence: () => running.get('vip-watcher')?.silence?.(),
    apply: (next) => {
      append([configDraft(next, lastConfig(log, node), of)]);
    },
    refuse: (file, errors) => {
      append([{ type: 'node.ConfigRejected', of, data: { file, errors: [...errors] } }]);
    },
    stop: async (reason) => {
      for (const name of STOPPING) await running.get(name)?.stop();
      append([{ type: 'node.Stopped', of, data: { reason, services: [...share.services] } }]);
    },
  };
};
