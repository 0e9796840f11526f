import { realpathSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { HeldMessage } from './holding.ts';
import type { StoredFact } from './log.ts';

/** How far a journal goes now, and the facts that came last where they are few. */
export interface GrownMessage {
  readonly last: number;
  readonly facts: readonly StoredFact[];
}

/** What journals of one file tell each other: that it has grown, what could not be written, or that one has just begun. */
export type News = GrownMessage | HeldMessage | 'ask';

type OnNews = (news: News) => void;

interface Group {
  readonly members: Set<OnNews>;
  /** To other threads. */
  readonly lines: Set<MessagePort>;
}

/** The journals that are open in this thread, by the path of their file. */
const groups = new Map<string, Group>();

const groupOf = (path: string): Group => {
  const group = groups.get(path) ?? { members: new Set(), lines: new Set() };
  groups.set(path, group);
  return group;
};

const connect = ({ members, lines }: Group, line: MessagePort): void => {
  lines.add(line);
  line.on('message', (news: News) => {
    for (const member of members) member(news);
    for (const other of lines) if (other !== line) other.postMessage(news);
  });
  line.on('close', () => lines.delete(line));
  line.unref();
};

/**
 * A line from this thread's journals of a file to those of another thread, which opens its own with it. To be moved
 * there in a `transferList`. One of this thread must be open.
 *
 * A BroadcastChannel would need no line, but loads 18 MB of fetch into each thread for the class of its messages.
 */
export const lineToJournal = (file: string): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  connect(groupOf(realpathSync(file)), port1);
  return port2;
};

/** The other journals of the same file in this process. */
export interface Neighbours {
  /** Tells all others. */
  tell(news: News): void;
  leave(): void;
}

/** Joins the journals of a file that are open in this process. */
export const joinNeighbours = (file: string, line: MessagePort | undefined, onNews: OnNews): Neighbours => {
  const path = realpathSync(file);
  const group = groupOf(path);
  const { members, lines } = group;
  let left = false;
  const member: OnNews = (news) => {
    if (!left) onNews(news);
  };
  members.add(member);
  if (line !== undefined) connect(group, line);
  return {
    tell: (news) => {
      for (const other of members) if (other !== member) queueMicrotask(() => other(news));
      for (const each of lines) each.postMessage(news);
    },
    leave: () => {
      left = true;
      members.delete(member);
      if (members.size > 0) return;
      for (const each of lines) each.close();
      groups.delete(path);
    },
  };
};
