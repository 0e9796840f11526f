import { askAtDoor, type LogTrouble, listenDoorbell } from '@vipcast/log';

/** What a daemon tells of itself to whoever asks at its door: what its log, which cannot be written, does not say. */
export interface DoorAnswer {
  readonly node: string;
  /** `null` while all is well. */
  readonly trouble: LogTrouble | null;
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
  return typeof answer?.node === 'string'
    ? { node: answer.node, trouble: answer.trouble ?? null }
    : undefined;
};
