import { appendFileSync, existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../interop/poll.ts';
import { exec, type Outcome, type Running, run, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

/** A folder that is a disk of its own, for those who are started on it; needs root. */
export interface SmallDisk extends AsyncDisposable {
  /** As they see it. */
  readonly folder: string;
  spawn(argv: readonly string[]): Running;
  exec(argv: readonly string[]): Promise<Outcome>;
  /** Leaves no room for another byte. */
  fill(): void;
  /** Gives back what was filled. */
  free(): void;
  /** Has the kernel find an error on it, which makes it read-only under those who write to it; ext4 only. */
  fail(): Promise<void>;
}

/** @param mount a command that lacks only the folder */
const createDisk = async (mount: string): Promise<SmallDisk> => {
  const folder = await scratch('disk');
  // The mount lives as long as this one does, and nobody else sees it.
  const holder = spawn(null, [
    'unshare',
    ...['-m', 'sh', '-c', `${mount} "$0" && touch "$0/ready" && exec sleep infinity`, folder],
  ]);
  const inside = ['nsenter', '-t', `${holder.pid}`, '-m'];
  const seen = `/proc/${holder.pid}/root${folder}`;
  await until(() => existsSync(join(seen, 'ready')), { what: 'the disk', explain: holder.stderr });
  const ballast = join(seen, 'ballast');
  return {
    folder,
    spawn: (argv) => spawn(null, [...inside, ...argv]),
    exec: (argv) => exec(null, [...inside, ...argv]),
    fill: () => {
      for (const size of [65_536, 4096, 1])
        try {
          for (;;) appendFileSync(ballast, Buffer.alloc(size));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
    },
    free: () => {
      truncateSync(ballast);
      rmSync(ballast);
    },
    fail: async () => {
      const script = `echo test > /sys/fs/ext4/$(basename $(findmnt -n -o SOURCE ${folder}))/trigger_fs_error`;
      await run(null, [...inside, 'sh', '-c', script]);
    },
    [Symbol.asyncDispose]: async () => {
      holder.signal('SIGKILL');
      await holder.exited;
      await discard(folder);
    },
  };
};

/** A disk in memory. */
export const createSmallDisk = (size: string): Promise<SmallDisk> =>
  createDisk(`mount -t tmpfs -o size=${size} none`);

/** A file as a disk, with a file system that goes read-only when it is damaged. */
export const createFragileDisk = async (): Promise<SmallDisk> => {
  const folder = await scratch('image');
  const image = join(folder, 'image');
  await run(null, ['truncate', '-s', '16M', image]);
  await run(null, ['mkfs.ext4', '-q', image]);
  const disk = await createDisk(`mount -o loop,errors=remount-ro ${image}`);
  return {
    ...disk,
    [Symbol.asyncDispose]: async () => {
      await disk[Symbol.asyncDispose]();
      await discard(folder);
    },
  };
};
