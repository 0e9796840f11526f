import { collectWhenQuiet, createLogger } from '@vipcast/runtime';
import { loadConfigFile } from './daemon/config-loader.ts';
import { identityOf } from './daemon/config-watch.ts';
import { startDaemon } from './daemon/daemon.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** What `vipcast up` is told. */
export interface UpOptions {
  readonly config: string;
  readonly logLevel: string;
}

/**
 * Starts all services of this node, and leaves them running until the process is told to stop.
 * @throws Failure when the configuration is not valid
 */
export const up = async (io: Io, { config: file, logLevel }: UpOptions): Promise<void> => {
  const seen = identityOf(file);
  const first = await loadConfigFile(file);
  if (!first.ok) {
    for (const error of first.errors) io.stderr.write(`${error}\n`);
    throw new Failure('E_CONFIG_INVALID', `${file} is not a valid configuration`, {
      next: `correct it, then: vipcast check ${file}`,
    });
  }
  const logger = createLogger(logLevel);
  for (const warning of first.warnings) logger.warn(warning);
  collectWhenQuiet();
  const daemon = await startDaemon({
    file,
    first,
    seen,
    version: VERSION,
    logLevel,
    clock: io.clock,
    logger,
  });
  const { node, bgp, peers, vips } = first.config;
  logger.info({ node, routerId: bgp.routerId, peers: peers.length, vips: vips.length }, 'vipcast is up');

  let stopping = false;
  const stop = async (reason: string, code: ExitCode): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await daemon.stop(reason);
    process.exit(code);
  };
  process.on('SIGHUP', daemon.reload);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal, EXIT.fine));
  daemon.died.catch((error: unknown) => {
    logger.fatal({ err: error }, 'a service died');
    process.exit(EXIT.unreachable);
  });
};
