import { sweepNamespaces } from '../interop/namespace.ts';
import { sweepScratch } from '../interop/scratch.ts';
import { have, installMissing, missing } from './packages.ts';

const sweep = async (): Promise<void> => {
  await sweepScratch();
  if (have('namespaces', 'iproute2')) await sweepNamespaces();
};

/**
 * Runs once before all tests: installs what they need, says by name what is left out, and removes what dead test runs
 * left behind. With `CI=true` leaving anything out is a failure.
 */
export const setup = async (): Promise<void> => {
  const reason = installMissing();
  const names = missing().map(({ name }) => name);
  if (names.length > 0) {
    const text = `left out: ${names.join(', ')}${reason === undefined ? '' : ` (${reason})`}`;
    if (process.env.CI === 'true') throw new Error(text);
    process.stderr.write(`${text}\n`);
  }
  await sweep();
};

/** Runs once after all tests. */
export const teardown = sweep;
