import type { RecordedFact } from '@vipcast/events';

/** Another shape of the log. */
export interface ExportFormat {
  /** Told every fact from the first on, also those that are not asked for. */
  learn(fact: RecordedFact): void;
  /**
   * The fact in this shape.
   * @param stored its data as the log keeps it
   * @returns nothing for facts that have no place in this format; `undefined` when it has one and cannot be written
   */
  write(fact: RecordedFact, stored: Uint8Array): string | Uint8Array | undefined;
}
