import { type Reading, readCluster } from '@vipcast/log/replication';
import type { Archive } from './archive.ts';
import { Failure } from './failure.ts';
import { foldLog } from './fold.ts';
import type { Io } from './io.ts';
import type { LogOptions } from './options.ts';
import { requireKept } from './window.ts';

/** How far back the leases speak that are there now, in milliseconds: one is renewed for as long as its node lives. */
const LEASE = 20_000;

const problemOf = (reading: Reading): Failure | undefined => {
  const problem = reading.problem();
  if (problem === '') return undefined;
  const what =
    reading.log.last() === 0 ? 'the log cannot be read from NATS' : 'the log did not all arrive from NATS';
  return new Failure('E_NATS', `${what}: ${problem}`);
};

/**
 * Reads a whole cluster's log from NATS, and goes on reading it as long as it is open.
 * @throws Failure when nothing at all can be had
 */
export const openCluster = async (io: Io, options: LogOptions): Promise<Archive> => {
  const { nats: servers = [], cluster = 'default', credentials = null, ca = null } = options;
  const begun = io.clock.wall();
  const reading = await readCluster({
    cluster,
    nats: { servers, credentials, ca, replicas: 1 },
    clock: io.clock,
  });
  const { log } = reading;
  const nothing = log.last() === 0 ? problemOf(reading) : undefined;
  if (nothing !== undefined) {
    reading.close();
    throw nothing;
  }
  return {
    log,
    fold: (view, now, moment) => {
      if (moment !== undefined) requireKept(log, moment);
      return foldLog(log, view, { now, moment });
    },
    origin: `cluster ${cluster}, from NATS at ${reading.server()}`,
    problem: () => problemOf(reading),
    // Of the past, nobody but a node's own journal knows who was gone.
    gone: (time) => (time > begun - LEASE ? reading.gone() : new Map()),
    close: () => void reading.close(),
  };
};
