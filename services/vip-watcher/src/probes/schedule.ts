import type { Clock } from '@vipcast/runtime';
import type { HealthCheck } from '@vipcast/vip';
import { deadline } from './deadline.ts';
import { probeExec } from './exec.ts';
import { describeError, type Outcome } from './outcome.ts';
import { probeTcp } from './tcp.ts';

/** The probes of all VIPs. */
export interface Probes {
  /** Begins to probe for a VIP, in place of what went on before. */
  start(vip: string, check: HealthCheck): void;
  stop(vip: string): void;
}

const probeOnce = (check: HealthCheck, giveUp: AbortSignal): Promise<Outcome | undefined> => {
  switch (check.kind) {
    case 'http':
      // Loaded when first needed: node:http takes longer to load than the rest of the daemon.
      return import('./http.ts').then(({ probeHttp }) => probeHttp(check, giveUp));
    case 'tcp':
      return probeTcp(check.target, giveUp);
    case 'exec':
      return probeExec(check.target, giveUp);
  }
};

/** How many rounds that came after the one due have passed by now. */
const missed = (due: number, interval: number, now: number): number =>
  Math.max(0, Math.floor((now - due) / interval));

/**
 * Probes each VIP at its interval, one probe at a time. The first is due somewhere within the interval, so that
 * thousands do not fire at once, now or later. A probe that is not over when the next is due is followed by that at once;
 * of rounds that pass meanwhile only the last is made up for.
 * @param onOutcome hears every outcome of a probe that was not stopped meanwhile
 */
export const createProbes = (clock: Clock, onOutcome: (vip: string, outcome: Outcome) => void): Probes => {
  const stops = new Map<string, () => void>();

  const attempt = async (check: HealthCheck, giveUp: AbortController): Promise<Outcome> => {
    const inTime = deadline(clock, check.timeout, () => giveUp.abort());
    try {
      const outcome = await probeOnce(check, giveUp.signal);
      return outcome ?? { healthy: false, detail: `timed out after ${check.timeout} ms` };
    } catch (error) {
      return { healthy: false, detail: describeError(error) };
    } finally {
      inTime();
    }
  };

  const run = (vip: string, check: HealthCheck): (() => void) => {
    let stopped = false;
    let giveUp = new AbortController();
    const { interval } = check;
    let due = clock.monotonic() + clock.random() * interval;
    const plan = (): NodeJS.Timeout => setTimeout(round, Math.max(0, due - clock.monotonic()));
    const round = async (): Promise<void> => {
      due += interval * missed(due, interval, clock.monotonic());
      giveUp = new AbortController();
      const outcome = await attempt(check, giveUp);
      if (stopped) return;
      due += interval;
      timer = plan();
      onOutcome(vip, outcome);
    };
    let timer = plan();
    return () => {
      stopped = true;
      clearTimeout(timer);
      giveUp.abort();
    };
  };

  const stop = (vip: string): void => {
    stops.get(vip)?.();
    stops.delete(vip);
  };

  return {
    start: (vip, check) => {
      stop(vip);
      stops.set(vip, run(vip, check));
    },
    stop,
  };
};
