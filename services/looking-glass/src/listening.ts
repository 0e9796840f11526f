import type { Logger } from '@vipcast/runtime';
import type { Answer, HttpServer } from './server.ts';

/** A server that is where it is wanted, sooner or later. */
export interface Listening {
  /** Moves it; `null` for nowhere. */
  want(listen: string | null): void;
  stop(): Promise<void>;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this host has no such address',
  EACCES: 'this user may not listen on that port',
  ENOTFOUND: 'the name is not known',
};

const explain = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
};

/**
 * Keeps a server at a changing place. Where it cannot listen it says so once for each reason, and tries again.
 * @param retryTime milliseconds between attempts
 */
export const createListening = (options: {
  readonly answer: Answer;
  readonly logger: Logger;
  readonly retryTime: number;
}): Listening => {
  const { answer, logger, retryTime } = options;
  let wanted: string | null = null;
  let server: HttpServer | undefined;
  let retry: NodeJS.Timeout | undefined;
  let said: string | undefined;
  let turn = Promise.resolve();

  const open = async (listen: string): Promise<void> => {
    const { startServer } = await import('./server.ts');
    try {
      server = await startServer(listen, answer);
      said = undefined;
      logger.info({ listen }, 'the looking glass listens');
    } catch (error) {
      const because = explain(error);
      if (said !== because)
        logger.error({ listen, because }, 'the looking glass cannot listen; everything else goes on');
      said = because;
      retry = setTimeout(() => inTurn(() => move(listen)), retryTime);
    }
  };

  const move = async (listen: string | null): Promise<void> => {
    // Asked for something else since.
    if (listen !== wanted) return;
    clearTimeout(retry);
    await server?.close();
    server = undefined;
    if (listen !== null) await open(listen);
  };

  const inTurn = (action: () => Promise<void>): void => {
    turn = turn
      .then(action)
      .catch((error: unknown) => logger.error({ err: error }, 'the looking glass failed'));
  };

  const want = (listen: string | null): void => {
    if (listen === wanted) return;
    wanted = listen;
    said = undefined;
    inTurn(() => move(listen));
  };

  return {
    want,
    stop: async () => {
      want(null);
      await turn;
    },
  };
};
