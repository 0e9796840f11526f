import { readFileSync } from 'node:fs';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** What Linux names this boot of the machine by, the same in all containers; nothing where there is no such name. */
export const thisBoot = (): { readonly bootId?: string } => {
  try {
    return { bootId: readFileSync(BOOT_ID, 'utf8').trim() };
  } catch {
    return {};
  }
};
