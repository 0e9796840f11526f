import { realpathSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type OnNews = (last: number) => void;

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
  line.on('message', (last: number) => {
    for (const member of members) member(last);
    for (const other of lines) if (other !== line) other.postMessage(last);
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
  /** Tells all others the last position. */
  tell(last: number): void;
  leave(): void;
}

/** Joins the journals of a file that are open in this process. */
export const joinNeighbours = (file: string, line: MessagePort | undefined, onNews: OnNews): Neighbours => {
  const path = realpathSync(file);
  const group = groupOf(path);
  const { members, lines } = group;
  let left = false;
  const member: OnNews = (last) => {
    if (!left) onNews(last);
  };
  members.add(member);
  if (line !== undefined) connect(group, line);
  return {
    tell: (last) => {
      for (const other of members) if (other !== member) queueMicrotask(() => other(last));
      for (const each of lines) each.postMessage(last);
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
