import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stderr: stdout belongs to data. Secrets are redacted by name as a second line of defence. */
export const createLogger = (level: string): Logger =>
  pino(
    { level, redact: { paths: ['password', '*.password', 'key', '*.key'], censor: '[secret]' } },
    pino.destination({ dest: 2, sync: true }),
  );
