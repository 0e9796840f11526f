import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Programs of our own choosing, out of git's sight and out of the system's. */
export const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'bin');

const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

/** Whether this is a file that may be run. */
export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether all of these can be run by name, as root would. */
export const onPath = (...programs: readonly string[]): boolean =>
  programs.every((program) => FOLDERS.some((folder) => isExecutable(join(folder, program))));

/** Whether we may install packages and make namespaces. */
export const isRoot = (): boolean => process.getuid?.() === 0;
