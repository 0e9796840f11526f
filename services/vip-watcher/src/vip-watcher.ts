import { type Cause, type Draft, parseSubject, type RecordedFact } from '@vipcast/events';
import type { Log } from '@vipcast/log';
import { actor, appender, type Clock, createClock, createTimers, type Logger } from '@vipcast/runtime';
import { type Effect, emptyState, type Input, type RestoredVip, type State, step } from '@vipcast/vip';
import manifest from '../package.json' with { type: 'json' };
import { type Binder, createBindings, kernelBinder } from './bindings.ts';
import { draftOf } from './facts.ts';
import { type Caused, causedBy, resume } from './history.ts';
import type { Silence } from './kubernetes/hearing.ts';
import type { VipConclusion } from './kubernetes/notice.ts';
import { createServiceSource } from './kubernetes/source.ts';
import { createProbes } from './probes/schedule.ts';

/** What a VIP watcher works with. */
export interface VipWatcherOptions {
  readonly log: Log;
  /** The file that it is in; without one no watcher is shared. */
  readonly journal?: string;
  readonly cluster: string;
  readonly node: string;
  readonly logger: Logger;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Default: the kernel's interfaces. */
  readonly binder?: Binder;
}

/** A running VIP watcher. */
export interface VipWatcher {
  /** Stops the probes and takes our addresses off the interfaces. Says nothing in the log: stopping withdraws nothing. */
  stop(): Promise<void>;
  /** Why the Kubernetes API is not heard, and since when; `undefined` while it is, and where nobody listens. */
  silence(): Silence | undefined;
}

/** Milliseconds until a binding that failed is tried again. */
const BIND_RETRY_TIME = 5000;

/** What happened in one turn of the loop; it is stepped, and its facts are appended, as one. */
interface Turn {
  readonly inputs: readonly Input[];
  readonly cause: Cause | undefined;
}

/** What is concluded about the VIP of a Service is told there, too. */
interface Tell {
  readonly type: 'tell';
  readonly conclusion: VipConclusion;
}

/** An effect, and what led to it: the answer to a binding has the cause of the wish. */
interface CausedEffect {
  readonly effect: Effect | Tell;
  readonly cause: Cause | undefined;
}

const stepTurn = (before: State, { inputs, cause }: Turn) => {
  let state = before;
  const effects: CausedEffect[] = [];
  const facts: Draft[] = [];
  for (const input of inputs) {
    const stepped = step(state, input);
    state = stepped.state;
    for (const effect of stepped.effects) effects.push({ effect, cause });
    for (const conclusion of stepped.conclusions) {
      facts.push(draftOf(conclusion, cause));
      if ('vip' in conclusion && conclusion.source === 'kubernetes')
        effects.push({ effect: { type: 'tell', conclusion }, cause });
    }
  }
  return { state, effects, facts };
};

/** Watches over the VIPs of one node: follows its configuration and its operators, probes, binds, and says why. */
export const startVipWatcher = (options: VipWatcherOptions): VipWatcher => {
  const { log, journal, cluster, node, logger, clock = createClock(), binder = kernelBinder } = options;
  const found: Input[] = [];

  /** Outcomes that arrive together are one turn, so that a mass failure is a few appends and not thousands. */
  const flush = (): void => watcher.send({ inputs: found.splice(0), cause: undefined });

  const probes = createProbes(clock, (vip, { healthy, detail }) => {
    const type = healthy ? 'ProbeSucceeded' : 'ProbeFailed';
    if (found.push({ type, vip, detail }) === 1) setImmediate(flush);
  });

  const bindings = createBindings({
    binder,
    retryTime: BIND_RETRY_TIME,
    onOutcome: ({ address, interface: device, because, cause }) => {
      const about = { address, interface: device };
      const input: Input =
        because === undefined
          ? { type: 'BindSucceeded', ...about }
          : { type: 'BindFailed', ...about, because };
      take(input, cause);
    },
    onLeftBehind: (because) => logger.warn({ because }, 'an address stays on its interface'),
  });

  /** What led to the timer is what led to its end. */
  let timerCause: Cause | undefined;
  const timers = createTimers(clock, () => take({ type: 'TimerExpired', timer: 'drain' }, timerCause));

  const run = ({ effect, cause }: CausedEffect): void => {
    switch (effect.type) {
      case 'startProbe':
        probes.start(effect.vip, effect.healthCheck);
        break;
      case 'stopProbe':
        probes.stop(effect.vip);
        break;
      case 'bind':
        bindings.bind(effect.address, effect.interface, cause);
        break;
      case 'unbind':
        bindings.unbind(effect.address, effect.interface);
        break;
      case 'startTimer':
        timerCause = cause;
        timers.start(effect.timer, effect.ms);
        break;
      case 'stopTimer':
        timers.stop(effect.timer);
        break;
      case 'tell':
        services.tell(effect.conclusion);
    }
  };

  const watcher = actor({
    state: emptyState(),
    step: stepTurn,
    run,
    append: appender(log.writer(`${node}/vip-watcher`), { cluster, node }, clock),
    // Types only: what a check is pointed at may hold credentials.
    onError: (error, { inputs }) =>
      logger.error({ err: error, inputs: inputs.slice(0, 3).map(({ type }) => type) }, 'a step failed'),
  });

  const take = (input: Input, cause: Cause | undefined): void =>
    watcher.send({ inputs: [input], cause }, cause);

  /** VIPs of Services that are advertised, as a list of the cluster will find them or not. */
  const advertised = () =>
    [...watcher.state().vips.values()].flatMap(({ name, source, said }) =>
      source === 'kubernetes' && said?.advertised ? [{ name, addresses: said.addresses }] : [],
    );

  const services = createServiceSource({
    ...{ node, logger, advertised, version: manifest.version },
    shared: journal === undefined ? undefined : { log, journal, cluster },
    onJudged: (inputs, cause) => watcher.send({ inputs, cause }, cause),
  });

  const obey = ({ input, cause, config }: Caused): void => {
    take(input, cause);
    if (config !== undefined) services.configure(config, cause);
  };

  const isOurs = ({ subject }: RecordedFact): boolean => {
    const parsed = parseSubject(subject);
    return parsed?.cluster === cluster && parsed.node === node;
  };

  /** Takes off addresses of this node's VIPs that a process which was killed has left on interfaces. */
  const tidy = async (vips: readonly RestoredVip[]): Promise<void> => {
    const ours = new Set(vips.flatMap(({ addresses }) => addresses));
    if (ours.size === 0) return;
    for (const { address, interface: device } of await binder.bound())
      if (ours.has(address)) bindings.discard(address, device);
  };

  const begin = log.last();
  const past = log.read({ until: begin, aggregates: ['node', 'operator', 'vip'] });
  for (const caused of resume(Iterator.from(past).filter(isOurs))) {
    obey(caused);
    if (caused.input.type === 'Restored') void tidy(caused.input.vips);
  }
  const follower = log.follow({ after: begin, aggregates: ['node', 'operator'] }, (facts) => {
    for (const fact of facts) {
      const caused = isOurs(fact) ? causedBy(fact) : undefined;
      if (caused) obey(caused);
    }
  });

  return {
    stop: async () => {
      follower.stop();
      services.stop();
      take({ type: 'Stop' }, undefined);
      await bindings.settled();
    },
    silence: services.silence,
  };
};
