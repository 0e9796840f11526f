import { importMetalLB } from '@vipcast/config';
import { readText } from './configuration-file.ts';
import type { Io } from './io.ts';

/**
 * Prints resources made from MetalLB's, and notes on what has no counterpart.
 * @param files manifests; `-` is standard input, and so is none at all
 * @throws Failure when one cannot be read
 */
export const importMetalLBFrom = async (io: Io, files: readonly string[]): Promise<void> => {
  const sources: { readonly text: string; readonly file: string }[] = [];
  for (const file of files.length === 0 ? ['-'] : files)
    sources.push({ text: await readText(io, file), file });
  const { yaml, notes } = importMetalLB(sources);
  io.stdout.write(yaml);
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
};
