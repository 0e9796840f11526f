import { userInfo } from 'node:os';
import type { Draft, RecordedFact } from '@vipcast/events';
import { openNotes, ownNode, readReplication, ringDoorbell, takesWishes } from '@vipcast/log';
import { appender } from '@vipcast/runtime';
import { foldNetwork, type Network, type NodeState, ofNetwork } from '@vipcast/views';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Archive, archiveOf } from './archive.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { journalFailure, journalFile, openToWrite } from './journal.ts';
import { type JournalOptions, nonEmpty, withJournal } from './options.ts';
import { formatDuration, parseDuration } from './time.ts';
import { follow } from './watch.ts';

/** What every operator's wish takes. */
export interface WishOptions extends JournalOptions {
  readonly node?: string;
  /** Milliseconds to wait for the effect. */
  readonly timeout: number;
}

/** How a wish comes true. */
export interface Progress {
  /** Called with each fact, once the network knows it. */
  take(fact: RecordedFact): void;
  isDone(): boolean;
  /** What is still missing, for people. */
  missing(): string;
}

/** An operator's word to one node, with what the log says so far. */
export interface Desk {
  readonly node: NodeState;
  readonly network: Network;
  readonly by: string;
  /** True when this log holds the whole cluster. */
  readonly shared: boolean;
  /** Nodes that are held to be gone. */
  readonly gone: ReadonlySet<string>;
  /** Rings at the daemon's door; false when nobody is there. */
  ring(): Promise<boolean>;
  /** Writes the wish into the log. */
  append(draft: Draft): RecordedFact;
  /** Watches the log until the wish has come true or time runs out. The network moves on with every fact. */
  watch(progress: Progress): Promise<void>;
}

const DEFAULT_TIMEOUT = 5000;
/** A wait of more than this says what it waits for, in milliseconds. */
const SILENCE = 1000;

const readTimeout = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it as 5s or 500ms.');
  return ms;
};

/** Adds the flags of a wish, with the time that its effect usually takes. */
export const withWish = (command: Command, timeout = DEFAULT_TIMEOUT): Command =>
  withJournal(command)
    .addOption(new Option('--node <name>', 'the node that is meant').argParser(nonEmpty))
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for the effect')
        .argParser(readTimeout)
        .default(timeout, formatDuration(timeout)),
    );

/**
 * The node whose daemon has this journal, `undefined` when that has not said so; and whether it shares its log.
 * @throws Failure when it is the journal of a service that decides about no wishes
 */
const ownerOf = (journal: string): { readonly owner: string | undefined; readonly shared: boolean } => {
  const notes = openNotes(journal, { readOnly: true });
  const [owner, replication, isAsked] = [ownNode(notes), readReplication(notes), takesWishes(notes)];
  notes.close();
  if (!isAsked)
    throw new Failure('E_USAGE', `${journal} is the log of one service of ${owner}, which takes no wishes`, {
      next: "the same command with the log of the node's vip-watcher: log.journal in its configuration",
    });
  return { owner, shared: replication !== undefined };
};

/**
 * The node that is meant: the one named, or the one whose log this is, or the only one whose daemon has started.
 * A journal also holds what other nodes wrote, and only a node itself may write as it.
 */
const chooseNode = ({ nodes }: Network, wanted: string | undefined, owner: string | undefined): NodeState => {
  if (wanted !== undefined && owner !== undefined && wanted !== owner)
    throw new Failure('E_NOT_FOUND', `this is the log of ${owner}, which cannot speak for ${wanted}`, {
      next: `the same command on ${wanted}`,
    });
  const name = wanted ?? owner;
  const known = [...nodes.keys()].toSorted().join(', ');
  if (name !== undefined) {
    const node = nodes.get(name);
    if (node !== undefined) return node;
    throw new Failure('E_NOT_FOUND', `no node is called ${name}`, {
      likely: `known are: ${known || 'none'}`,
    });
  }
  const started = [...nodes.values()].filter((node) => node.started !== undefined);
  const [only, other] = started;
  if (only === undefined) throw new Failure('E_NODE_UNKNOWN', 'it is not known which node is meant');
  if (other !== undefined)
    throw new Failure('E_NODE_AMBIGUOUS', `it is not known which node is meant: ${known}`);
  return only;
};

const userName = ({ env }: Io): string => {
  if (env.SUDO_USER) return env.SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};

const ringAt = async (journal: string): Promise<boolean> => {
  try {
    return await ringDoorbell(journal);
  } catch (error) {
    throw new Failure('E_DAEMON_UNREACHABLE', `the daemon cannot be called: ${(error as Error).message}`, {
      likely: 'it runs as another user',
      next: 'try as that user',
    });
  }
};

const deskOf = (io: Io, archive: Archive, journal: string, { node: name, timeout }: WishOptions): Desk => {
  const { log } = archive;
  const now = io.clock.wall();
  const { state: network } = archive.fold(ofNetwork, now);
  const { owner, shared } = ownerOf(journal);
  const known = (): number => network.last?.position ?? 0;
  const node = chooseNode(network, name, owner);
  return {
    node,
    network,
    by: userName(io),
    shared,
    gone: new Set(archive.gone(now).keys()),
    ring: () => ringAt(journal),
    append: (draft) => {
      const identity = { cluster: node.cluster, node: node.name };
      const [wish] = appender(log.writer(`${node.name}/operator`), identity, io.clock)([draft]);
      return wish!;
    },
    watch: async (progress) => {
      const begun = io.clock.monotonic();
      let silent = true;
      await follow(log, known(), (facts) => {
        for (const fact of facts) {
          foldNetwork(network, fact);
          progress.take(fact);
        }
        const waited = io.clock.monotonic() - begun;
        const done = progress.isDone() || waited >= timeout;
        if (!done && silent && waited >= SILENCE) {
          silent = false;
          io.stderr.write(`waiting for ${progress.missing()}\n`);
        }
        return done;
      });
    },
  };
};

/**
 * Opens the log for a wish to one node.
 * @throws Failure when the log cannot be used, or it is not clear which node is meant
 */
export const atDesk = async (
  io: Io,
  options: WishOptions,
  act: (desk: Desk) => Promise<void>,
): Promise<void> => {
  const journal = await journalFile(io, options);
  const archive = archiveOf(journal, openToWrite(journal));
  try {
    await act(deskOf(io, archive, journal, options));
  } catch (error) {
    throw journalFailure(error);
  } finally {
    archive.close();
  }
};
