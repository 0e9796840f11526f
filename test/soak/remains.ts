import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../interop/node-binary.ts';
import type { SoakLab } from './lab.ts';

/** Where what a run leaves behind is kept. */
export const remainsOf = (seed: number): string => join(ROOT, '.cache', 'soak', `seed-${seed}`);

const keepNode = async (folder: string, { name, vipcast }: SoakLab['nodes']['n1']): Promise<void> => {
  const kept = join(folder, name);
  await mkdir(kept);
  for (const entry of await readdir(vipcast.folder, { withFileTypes: true }))
    if (entry.isFile()) await cp(join(vipcast.folder, entry.name), join(kept, entry.name));
  await writeFile(join(kept, 'stderr.txt'), vipcast.stderr());
};

/** An empty folder for them. */
export const emptyRemains = async (seed: number): Promise<string> => {
  const folder = remainsOf(seed);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
};

/** Keeps journals, logs, and what is said about the run. Nodes are killed for it, so that files hold still. */
export const keepRemains = async (lab: SoakLab, folder: string, report: string): Promise<void> => {
  await writeFile(join(folder, 'report.txt'), report);
  for (const node of Object.values(lab.nodes)) {
    await node.vipcast.kill();
    await keepNode(folder, node);
  }
  for (const [name, router] of Object.entries(lab.routers))
    await writeFile(join(folder, `${name}.txt`), router.logs());
  for (const [name, server] of Object.entries(lab.servers))
    await writeFile(join(folder, `nats-${name}.txt`), server.output());
};
