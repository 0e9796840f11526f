import type { VipConclusion } from './notice.ts';

/** Conclusions that people were not told of yet. */
export interface Untold {
  add(conclusion: VipConclusion): void;
  /** Something may have changed: tells them if that can be. */
  goOn(): void;
  stop(): void;
}

/**
 * Keeps conclusions until the present turn of the loop is over, for routers come before people; and while nobody hears,
 * the last one about each VIP.
 */
export const createUntold = (isHeard: () => boolean, tell: (conclusion: VipConclusion) => void): Untold => {
  let waiting: VipConclusion[] = [];
  let soon: NodeJS.Immediate | undefined;

  const tellAll = (): void => {
    soon = undefined;
    const all = waiting;
    waiting = isHeard() ? [] : [...new Map(all.map((each) => [each.vip, each])).values()];
    if (waiting.length === 0) for (const conclusion of all) tell(conclusion);
  };
  const goOn = (): void => {
    if (waiting.length > 0) soon ??= setImmediate(tellAll);
  };

  return {
    add: (conclusion) => {
      waiting.push(conclusion);
      goOn();
    },
    goOn,
    stop: () => clearImmediate(soon),
  };
};
