import type { HoldingEvents } from '@vipcast/log';
import type { Logger } from './logger.ts';

/** Says once when the log cannot be written, and once when it is again. */
export const sayHeld = (logger: Logger): HoldingEvents => ({
  onHeld: (trouble) =>
    logger.error(
      { err: trouble },
      'the log cannot be written; facts are held in memory, and routing goes on',
    ),
  onWritten: (facts) => logger.info({ facts }, 'the log is written again, with the facts that were held'),
});
