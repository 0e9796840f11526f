import type { LogTrouble } from '@vipcast/log';
import type { Standing } from './standing.ts';
import type { ThreadPulse } from './threads.ts';

/** What one check found: whether all is well, and, in a few words, what is worth knowing. */
export interface Verdict {
  readonly ok: boolean;
  readonly detail?: string;
}

/** One thing that is looked at. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
}

/** What the checks look at. */
export interface Findings {
  readonly standing: Standing;
  readonly threads: readonly ThreadPulse[];
  readonly trouble: LogTrouble | undefined;
  /** A speaker in another process: whether it has been missing for longer than a lease. */
  readonly isSpeakerMissed: () => boolean;
}

/** Milliseconds in which every thread waits at least once. One that computes for longer is not coming back. */
export const TURN_TIME = 30_000;

const OK: Verdict = { ok: true };

/** That anybody answers at all. */
const ping: Check = { name: 'ping', verdict: OK };

const hostsSpeaker = ({ standing }: Findings): boolean => standing.services?.includes('speaker') ?? false;

const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`;

const turning = (threads: readonly ThreadPulse[]): Verdict => {
  const stuck = threads.find(({ still }) => still > TURN_TIME);
  return stuck === undefined
    ? OK
    : { ok: false, detail: `its thread has not come to rest for ${seconds(stuck.still)}` };
};

const speakerLives = ({ threads }: Findings): Check => ({ name: 'speaker', verdict: turning(threads) });

const speakerIsUp = (findings: Findings): Check => {
  const verdict = (): Verdict => {
    if (!hostsSpeaker(findings))
      return findings.isSpeakerMissed() ? { ok: false, detail: 'nothing is heard of it' } : OK;
    const up = findings.threads.some(({ begun }) => begun);
    return up ? turning(findings.threads) : { ok: false, detail: 'its thread has not begun' };
  };
  return { name: 'speaker', verdict: verdict() };
};

const configuration = ({ standing: { peers } }: Findings): Check => ({
  name: 'configuration',
  verdict: peers === undefined ? { ok: false, detail: 'none was applied' } : OK,
});

/** A log that cannot be written is trouble, and routing goes on without it. */
const log = ({ standing: { services }, trouble }: Findings): Check => ({
  name: 'log',
  verdict:
    services === undefined
      ? { ok: false, detail: 'it has not begun' }
      : trouble === undefined
        ? OK
        : { ok: true, detail: `${trouble.held} facts wait in memory: ${trouble.because}` },
});

const sessions = ({ standing: { peers = [], established } }: Findings): Check => {
  const up = peers.filter((name) => established.has(name)).length;
  return {
    name: 'sessions',
    verdict:
      peers.length === 0
        ? { ok: true, detail: 'no peers are configured' }
        : { ok: up > 0, detail: `${up} of ${peers.length} Established` },
  };
};

/** Whether this process should go on living. */
export const liveness = (findings: Findings): readonly Check[] => [ping, speakerLives(findings)];

/** Whether this node does what it is configured for. */
export const readiness = (findings: Findings): readonly Check[] => [
  ping,
  configuration(findings),
  log(findings),
  speakerIsUp(findings),
  sessions(findings),
];
