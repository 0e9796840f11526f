/** How much what is known can be relied on. */
export interface Condition {
  /**
   * `syncing`: nothing is known yet. `live`: changes are heard as they happen. `stale`: what is known was true at
   * `since`, and it stays.
   */
  readonly state: 'syncing' | 'live' | 'stale';
  readonly because: string;
  /** On the clock of whoever tells it. */
  readonly since: number;
}

/** Remembers the condition told last, so that none is told twice. */
export const createTelling = (): ((condition: Condition) => boolean) => {
  let told: Condition | undefined;
  return (condition) => {
    if (told?.state === condition.state && told.because === condition.because) return false;
    told = condition;
    return true;
  };
};
