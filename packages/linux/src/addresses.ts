import { type AddressMonitor, monitorAddresses } from './address-monitor.ts';
import { fingerprint, type HostAddress } from './host-address.ts';
import { parseIpAddresses } from './ip-addresses.ts';
import { runIp } from './ip-command.ts';
import { readNodeAddresses } from './node-addresses.ts';

/** A change rarely comes alone: an interface that goes up brings several. */
const COALESCE_MS = 20;
/** How often to look when nothing tells us of changes, and when something does but might miss one. */
const POLL_MS = 2_000;
const RECHECK_MS = 15_000;

const parsed = (json: string): HostAddress[] | undefined => {
  try {
    return parseIpAddresses(json);
  } catch {
    return undefined;
  }
};

/**
 * The addresses of all interfaces that are up: from `ip`, or from Node where `ip` is missing or too small for JSON.
 * Rejects only when the system can give neither.
 */
export const readAddresses = async (): Promise<HostAddress[]> => {
  const outcome = await runIp('-j', '-d', 'addr', 'show');
  return (outcome.ok ? parsed(outcome.output) : undefined) ?? readNodeAddresses();
};

/** A running watch. */
export interface AddressWatch {
  readonly stop: () => void;
}

/**
 * Calls `onChange` with the addresses of the host now and after each change, within some 20 ms of it; within 2 s
 * where `ip` is missing. A lifetime that counts down is no change, nor is a reading that fails.
 */
export const watchAddresses = (onChange: (addresses: HostAddress[]) => void): AddressWatch => {
  let stopped = false;
  let reading = false;
  let due = false;
  let last: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const readIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(read, ms);
  };
  const read = async (): Promise<void> => {
    reading = true;
    due = false;
    const addresses = await readAddresses().catch(() => undefined);
    reading = false;
    if (stopped) return;
    readIn(due ? COALESCE_MS : monitor.running() ? RECHECK_MS : POLL_MS);
    if (addresses === undefined) return;
    const now = fingerprint(addresses);
    if (now === last) return;
    last = now;
    onChange(addresses);
  };
  /** The first event sets the time; those that follow do not put it off. */
  const wake = (): void => {
    if (due || stopped) return;
    due = true;
    if (!reading) readIn(COALESCE_MS);
  };

  const monitor: AddressMonitor = monitorAddresses(wake);
  void read();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      monitor.stop();
    },
  };
};
