import { defineConfig } from 'rolldown';

/**
 * One file for each thread or process: a daemon starts in a tenth of the time and half the memory that loading its sources takes.
 * What ships native code stays outside.
 */
export default defineConfig({
  input: {
    vipcast: 'services/vipcast/src/main.ts',
    'config-process': 'services/vipcast/src/daemon/config-process.ts',
    'speaker-thread': 'services/speaker/src/thread.ts',
  },
  platform: 'node',
  external: ['koffi', 'pino'],
  output: { dir: 'services/vipcast/dist', format: 'esm', cleanDir: true, minify: false, sourcemap: false },
});
