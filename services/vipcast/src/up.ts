import { shareArena, trimMemory } from '@vipcast/linux';
import { DoorbellTaken } from '@vipcast/log';
import { collectWhenQuiet, createLogger, growSparingly } from '@vipcast/runtime';
import { loadConfigFile } from './daemon/config-loader.ts';
import { identityOf } from './daemon/config-watch.ts';
import { APART, startDaemon } from './daemon/daemon.ts';
import type { ServiceName } from './daemon/share.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** What `vipcast up` and `vipcast run` are told. */
export interface UpOptions {
  readonly config: string;
  readonly logLevel: string;
}

const invalid = (file: string, because: string): Failure =>
  new Failure('E_CONFIG_INVALID', because, { next: `correct it, then: vipcast check ${file}` });

const taken = ({ message }: DoorbellTaken): Failure =>
  new Failure('E_JOURNAL_UNUSABLE', message, {
    likely: 'this node runs already: all of it, or this service of it',
    next: 'vipcast status',
  });

/**
 * Starts all services of this node, or one of them alone, and leaves them running until the process is told to stop.
 * @throws Failure when the configuration is not valid
 */
export const up = async (
  io: Io,
  { config: file, logLevel }: UpOptions,
  service?: ServiceName,
): Promise<void> => {
  const seen = identityOf(file);
  const first = await loadConfigFile(file);
  if (!first.ok) {
    for (const error of first.errors) io.stderr.write(`${error}\n`);
    throw invalid(file, `${file} is not a valid configuration`);
  }
  if (service !== undefined && first.config.log.nats === null) throw invalid(file, `${file}: ${APART}`);
  const logger = createLogger(logLevel);
  for (const warning of first.warnings) logger.warn(warning);
  shareArena();
  growSparingly();
  collectWhenQuiet(trimMemory);
  const starting = startDaemon({
    ...(service === undefined ? {} : { service }),
    file,
    first,
    seen,
    version: VERSION,
    logLevel,
    clock: io.clock,
    logger,
  });
  const daemon = await starting.catch((error: unknown) => {
    throw error instanceof DoorbellTaken ? taken(error) : error;
  });
  const { node, bgp, peers, vips } = first.config;
  const about = { node, routerId: bgp.routerId, peers: peers.length, vips: vips.length };
  logger.info(about, `${service === undefined ? 'vipcast' : `its ${service}`} is up`);

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
