import {
  type Access,
  type Candidacy,
  type Clock,
  type Cluster,
  createEventRecorder,
  type ElectionTimes,
  type EventRecorder,
  standForElection,
  systemClock,
} from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import { type Connection, connect } from '../kubernetes/connection.ts';
import type { AllocationConfig } from './settings.ts';
import { beginTerm, type Term } from './term.ts';

/** Who has this Lease allocates for all. */
export const LEASE = 'vipcast-allocator';

/** What standing for the office of allocator takes. */
export interface OfficeOptions {
  readonly config: AllocationConfig;
  readonly node: string;
  /** No two processes may share one. */
  readonly identity: string;
  readonly logger: Logger;
  /** Of vipcast. */
  readonly version: string;
  readonly times?: ElectionTimes | undefined;
  readonly clock?: Clock;
}

/** Standing for the office, and holding it, until it is stopped. */
export interface Office {
  configure(config: AllocationConfig): void;
  stop(): Promise<void>;
}

/** How long the API server may take to hear our last words, in milliseconds. */
const PARTING_MS = 2_000;

/** True when it was done in time. */
const inTime = (work: Promise<void>, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const cancel = clock.after(PARTING_MS, () => resolve(false));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });

interface Seat {
  readonly candidacy: Candidacy;
  readonly recorder: EventRecorder;
}

/** Stands for election with whichever API server the configuration names. */
export const standForOffice = (options: OfficeOptions): Office => {
  const { node, identity, logger, version, times, clock = systemClock } = options;
  let { config } = options;
  let seat: Seat | undefined;
  let term: Term | undefined;

  const endTerm = (): void => {
    term?.abandon();
    term = undefined;
  };

  const leave = ({ candidacy, recorder }: Seat): Promise<void> => {
    endTerm();
    recorder.stop();
    return candidacy.stop();
  };

  const stand = (cluster: Cluster, { namespace }: Access): void => {
    if (seat !== undefined) void leave(seat);
    const recorder = createEventRecorder({
      ...{ cluster, clock, reporter: { component: 'vipcast', host: node } },
      onError: (because) => logger.warn({ because }, 'Kubernetes Events cannot be written'),
    });
    const candidacy: Candidacy = standForElection(
      { cluster, namespace, name: LEASE, identity, clock, ...(times === undefined ? {} : { times }) },
      {
        onStarted: () => {
          logger.info({ lease: `${namespace}/${LEASE}` }, 'this node allocates addresses');
          const isLeader = (): boolean => candidacy.isLeader();
          term = beginTerm({ cluster, clock, recorder, logger, settings: config.settings, isLeader });
        },
        onStopped: (because) => {
          logger.info({ because }, 'this node allocates addresses no more');
          endTerm();
        },
      },
    );
    seat = { candidacy, recorder };
  };

  const search = (): Connection =>
    connect({
      ...{ kubeconfig: config.kubeconfig, version, clock },
      onOpen: stand,
      onTrouble: (because) => logger.warn({ because }, 'the Kubernetes API cannot be asked for addresses'),
      // Whoever replaces a kubeconfig wants it used.
      inDoubt: () => true,
    });
  let connection = search();

  /** Gives the Lease back only when nothing of ours can arrive after that. */
  const close = async (): Promise<void> => {
    const [left, closing] = [seat, connection];
    seat = undefined;
    const finished = term === undefined || (await inTime(term.finish(), clock));
    if (!finished) closing.stop();
    if (left !== undefined) await inTime(leave(left), clock);
    closing.stop();
  };

  let closed = Promise.resolve();

  return {
    configure: (next) => {
      const past = config;
      config = next;
      if (past.kubeconfig === next.kubeconfig) term?.configure(next.settings);
      else
        closed = closed.then(close).then(() => {
          connection = search();
        });
    },
    stop: async () => {
      await closed;
      await close();
    },
  };
};
