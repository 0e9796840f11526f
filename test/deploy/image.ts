import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec, type Outcome, type Running, run, spawn } from '../interop/process.ts';

/** The user of the image, as its Dockerfile says. */
export const USER = 65532;

/** What a container runtime brings: its own /proc and /dev, and the volumes of the chart's Pod on a root that is read-only. */
const ENTER = `
  set -e
  image=$1 configuration=$2; shift 2
  mount --bind "$image" "$image"
  mount -t proc proc "$image/proc"
  mount -t tmpfs tmpfs "$image/dev"
  for device in null urandom; do touch "$image/dev/$device"; mount --bind "/dev/$device" "$image/dev/$device"; done
  for volume in tmp var/lib/vipcast; do mount -t tmpfs -o mode=1777 tmpfs "$image/$volume"; done
  mount --bind "$configuration" "$image/etc/vipcast"
  mount -o remount,bind,ro "$image/etc/vipcast"
  mount -o remount,bind,ro "$image"
  # What chroot needs is gone with uid 0.
  exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+setgid \
    env -i PATH=/usr/local/bin:/usr/bin NODE_NAME=n1 /usr/sbin/chroot --userspec=${USER}:${USER} "$image" "$@"
`;

/** The files of an image, as the Dockerfile puts them together, in a folder. */
export interface Image {
  readonly folder: string;
  /** Runs a program of it as its user, without capabilities, on a read-only root; /etc/vipcast is a folder of ours. */
  start(configuration: string, argv: readonly string[]): Running;
  /** Runs another one beside it, as `kubectl exec` does. */
  beside(running: Running, argv: readonly string[]): Promise<Outcome>;
}

/** Puts an image together in a new folder in `parent`. */
export const assembleImage = async (parent: string): Promise<Image> => {
  const folder = join(parent, 'image');
  await run(null, [NODE, join(ROOT, 'deploy', 'container', 'assemble.ts'), folder]);
  // A runtime makes those where it mounts something.
  for (const name of ['proc', 'dev', 'etc/vipcast']) await mkdir(join(folder, name), { recursive: true });
  return {
    folder,
    start: (configuration, argv) =>
      spawn(null, [
        ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'enter'],
        ...[folder, configuration, ...argv],
      ]),
    beside: ({ pid }, argv) =>
      exec(null, [
        ...['nsenter', '--target', `${pid}`, '--mount', '--root', '--wd', '-S', `${USER}`, '-G', `${USER}`],
        ...argv,
      ]),
  };
};
