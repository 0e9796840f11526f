import type { Reporter, TestModule } from 'vitest/node';

/** A module that fails before or beside its tests (an import, a hook) has a failure none of its tests shows. */
const hiddenFailures = (module: TestModule): number =>
  module.state() === 'failed' && ![...module.children.allTests('failed')].length ? 1 : 0;

/** Prints `N passed, N failed, N skipped` alone on the last line of a run. */
export const counts = (): Reporter => ({
  onTestRunEnd: (modules, unhandledErrors) => {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      tally.failed += hiddenFailures(module);
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        tally[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
  },
});
