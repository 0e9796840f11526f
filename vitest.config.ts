import { defineConfig } from 'vitest/config';
import { counts } from './test/setup/counts.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/setup/global.ts'],
    reporters: ['default', counts()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Files with real routers need a core each, and two is what a small machine has.
    maxWorkers: 2,
    // No test may lean on another: a run prints its seed, and `--sequence.seed` repeats it.
    sequence: { shuffle: true },
  },
});
