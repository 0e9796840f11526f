import { openNotes } from '@vipcast/log';
import type { Known } from './known.ts';

/**
 * Where what is known outlives the process: a note in the journal's file. It is this node's own knowledge, of what the
 * API server said, and no conclusion: so it is no fact.
 */
export const KNOWN_NOTE = 'kubernetes-resources';

/** What a node last knew of resources, by its journal; `undefined` when it never heard of any. */
export const recallResources = (journal: string): Known | undefined => {
  const notes = openNotes(journal, { readOnly: true });
  try {
    return notes.get<Known | null>(KNOWN_NOTE) ?? undefined;
  } finally {
    notes.close();
  }
};
