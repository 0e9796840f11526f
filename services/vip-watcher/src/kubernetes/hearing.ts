import type { Condition } from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import type { Kind } from './watches.ts';

/** Why the API server is not heard, and since when, in milliseconds since 1970. */
export interface Silence {
  readonly because: string;
  readonly since: number;
}

/** Whether the API server is heard: all that is watched, together. */
export interface Hearing {
  /** What happened to one watch. */
  take(kind: Kind, condition: Condition): void;
  /** There is no way to the API server. */
  lose(because: string, since: number): void;
  /** There is a way again: whether anything is heard there is still to be seen. */
  find(): void;
  /** It is not watched any more. */
  forget(kind: Kind): void;
  /** `undefined` while everything is heard. */
  silence(): Silence | undefined;
}

/** Keeps account, and logs each change of reason once. */
export const createHearing = (logger: Logger): Hearing => {
  const silences = new Map<Kind | 'access', Silence>();
  let told: string | undefined;

  const silence = (): Silence | undefined => silences.values().next().value;

  const tell = (): void => {
    const now = silence();
    if (now?.because === told) return;
    told = now?.because;
    if (now === undefined) logger.info('the Kubernetes API is heard');
    else
      logger.warn(
        { because: now.because, since: new Date(now.since).toISOString() },
        'the Kubernetes API is not heard: what is known stays',
      );
  };

  return {
    take: (kind, { state, because, since }) => {
      if (state === 'live') for (const none of [kind, 'access'] as const) silences.delete(none);
      else silences.set(kind, { because, since });
      tell();
    },
    lose: (because, since) => {
      silences.set('access', { because, since });
      tell();
    },
    find: () => {
      silences.delete('access');
    },
    forget: (kind) => {
      if (silences.delete(kind)) tell();
    },
    silence,
  };
};
