import { type ChildProcess, spawn } from 'node:child_process';

/** A running `ip monitor`, or the attempt to have one. */
export interface AddressMonitor {
  /** False while there is no `ip monitor`: then nobody tells of changes. */
  readonly running: () => boolean;
  readonly stop: () => void;
}

const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;
/** `ip` subscribes some time after it starts; a change in between would go unseen. */
const SETTLE_MS = 100;

/**
 * Calls `onEvent` when an address or interface may have changed. Its `ip monitor` child is started again when it
 * ends, later each time until it says something.
 */
export const monitorAddresses = (onEvent: () => void): AddressMonitor => {
  let child: ChildProcess | undefined;
  let delay = FIRST_RESTART_MS;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const ended = (which: ChildProcess): void => {
    if (child !== which) return;
    child = undefined;
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(start, delay);
    delay = Math.min(delay * 2, LAST_RESTART_MS);
    onEvent();
  };
  const start = (): void => {
    const started = spawn('ip', ['monitor', 'address', 'link'], { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    started.on('spawn', () => {
      timer = setTimeout(onEvent, SETTLE_MS);
    });
    /** Out of descriptors there is a child without a pipe, whatever its type says. */
    started.stdout?.on('data', () => {
      delay = FIRST_RESTART_MS;
      onEvent();
    });
    started.on('error', () => ended(started));
    started.on('exit', () => ended(started));
  };
  /** A child that outlives us would stay until the next event finds its pipe closed. */
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
    process.off('exit', stop);
    child?.kill();
  };
  process.once('exit', stop);
  start();
  return { running: () => child?.pid !== undefined, stop };
};
