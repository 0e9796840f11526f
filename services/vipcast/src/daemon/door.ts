import { askAtDoor, type LogTrouble, listenDoorbell } from '@vipcast/log';
import type { Silence } from '@vipcast/vip-watcher';

/** What a daemon tells of itself to whoever asks at its door: how it is with it now, which its log does not say. */
export interface DoorAnswer {
  readonly node: string;
  /** `null` while all is well. */
  readonly trouble: LogTrouble | null;
  /** Of the Kubernetes API; `null` while it is heard, and where nobody listens. */
  readonly silence: Silence | null;
  /** Peers that lists no longer show, and that stay until that is certain; `null` while there are none. */
  readonly heldResources: Silence | null;
}

/** Doors of one daemon. */
export interface Doors {
  close(): Promise<void>;
}

/**
 * Listens at all of these doors, or at none.
 * @throws DoorbellTaken when another daemon listens at one of them
 */
export const listenAt = async (
  doors: readonly string[],
  onRing: () => void,
  answer: () => DoorAnswer,
): Promise<Doors> => {
  const open: Doors[] = [];
  const close = async (): Promise<void> => {
    for (const each of open) await each.close();
  };
  try {
    for (const each of doors) open.push(await listenDoorbell(each, onRing, answer));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
};

/** Asks the daemon of a journal; `undefined` when nobody answers. */
export const askDaemon = async (journal: string): Promise<DoorAnswer | undefined> => {
  const answer = (await askAtDoor(journal)) as Partial<DoorAnswer> | null | undefined;
  // A daemon of an earlier release listens, and says nothing.
  if (typeof answer?.node !== 'string') return undefined;
  const { node, trouble = null, silence = null, heldResources = null } = answer;
  return { node, trouble, silence, heldResources };
};
