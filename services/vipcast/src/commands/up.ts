import { createLogger } from '@vipcast/runtime';
import type { Command } from 'commander';
import { loadConfigFile } from '../daemon/config-loader.ts';
import { startDaemon } from '../daemon/daemon.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';

interface UpOptions {
  readonly config: string;
  readonly logLevel: string;
}

const up = async (io: Io, { config: file, logLevel }: UpOptions): Promise<void> => {
  const first = await loadConfigFile(file);
  if (!first.ok) {
    for (const error of first.errors) io.stderr.write(`${error}\n`);
    throw new Failure('E_CONFIG_INVALID', `${file} is not a valid configuration`, {
      next: `correct it, then: vipcast check ${file}`,
    });
  }
  const logger = createLogger(logLevel);
  for (const warning of first.warnings) logger.warn(warning);
  const daemon = await startDaemon({ file, first, version: VERSION, logLevel, clock: io.clock, logger });
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

/** `vipcast up`: all services of this node, until told to stop. */
export const addUp = (program: Command, io: Io): void => {
  program
    .command('up')
    .description('runs all services on this node')
    .requiredOption('-c, --config <file>', 'the configuration')
    .option('--log-level <level>', 'trace, debug, info, warn, error or fatal', 'info')
    .action((options: UpOptions) => up(io, options));
};
