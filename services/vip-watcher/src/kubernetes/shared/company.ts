import { openNotes, patientNotes, readReplication } from '@vipcast/log';

/** What a node knows of its way to the others, and of who is there. */
export interface Company {
  /** True while the log is shared: what others say arrives here, and what we say there. */
  isShared(): boolean;
  /** True while nothing of what others said is known to be missing here. */
  isCaughtUp(): boolean;
  /** By its lease. */
  isPresent(node: string): boolean;
  /** Reads it all again. */
  look(): void;
  close(): void;
}

const ENOUGH = 2;

/** By the notes that replication keeps in a journal. */
export const companyOf = (journal: string): Company => {
  const notes = patientNotes(openNotes(journal));
  let shared = false;
  /** Looks in a row that found nothing missing. */
  let complete = 0;
  let present = new Map<string, boolean>();
  return {
    isShared: () => shared,
    // The first look after a connection may be older than it.
    isCaughtUp: () => complete >= ENOUGH,
    // The part of a node that runs apart has a lease of its own.
    isPresent: (node) => present.get(`${node}/vip-watcher`) ?? present.get(node) ?? false,
    look: () => {
      const status = readReplication(notes);
      shared = (status?.connected ?? false) && status?.problem === '';
      complete = shared && status?.toReceive === 0 ? complete + 1 : 0;
      present = new Map(notes.presence().map((each) => [each.node, each.present]));
    },
    close: notes.close,
  };
};
