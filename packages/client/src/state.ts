import type { RecordedFact } from '@vipcast/events';
import { emptyNetwork, foldNetwork } from '@vipcast/views';
import { type Answers, answersOf } from './answers.ts';
import type { Link } from './connection.ts';
import type { Fact } from './fact.ts';
import type { Follow, Notice } from './following.ts';
import { watchPresence } from './presence.ts';

/** The network as it is now; stays so until it is closed. */
export interface State extends Answers {
  close(): void;
}

/** What a state may tell beside its answers. */
export interface StateOptions {
  /** Called after every fact that was taken in, once the state is there. */
  readonly onChange?: (state: Answers) => void;
  readonly onNotice?: (notice: Notice) => void;
}

/** Facts of a later release are passed over by the fold; data that is not what its type promises may not get there. */
const isFoldable = (fact: Fact): fact is RecordedFact => fact.unknown !== 'data';

/** Folds the whole stream, and goes on with it. Resolves once all that there was is in. */
export const followState = async (
  link: Link,
  follow: Follow,
  { onChange, onNotice = () => undefined }: StateOptions = {},
): Promise<State> => {
  const network = emptyNetwork();
  let answers: Answers | undefined;
  const following = follow({ after: 'start', onNotice }, (fact) => {
    if (isFoldable(fact)) foldNetwork(network, fact);
    if (answers !== undefined) onChange?.(answers);
  });
  await following.caughtUp;
  const presence = await watchPresence(link, () => network.nodes.keys());
  answers = answersOf(network, () => ({ now: Date.now(), gone: presence.gone() }));
  return {
    ...answers,
    close: () => {
      following.stop();
      presence.stop();
    },
  };
};

/**
 * Folds the stream up to a time: every fact that was decided by then. Who was gone without a word at that time the
 * stream does not say.
 * @throws Error when the time is older than what the stream keeps
 */
export const stateAt = async (follow: Follow, time: Date): Promise<Answers> => {
  const at = time.getTime();
  const network = emptyNetwork();
  let first: Fact | undefined;
  const following = follow({ after: 'start' }, (fact) => {
    first ??= fact;
    if (fact.at <= at && isFoldable(fact)) foldNetwork(network, fact);
  });
  await following.caughtUp;
  following.stop();
  if (first !== undefined && first.position > 1 && first.recordedAt > at)
    throw new Error(`the stream keeps nothing from before ${new Date(first.recordedAt).toISOString()}`);
  return answersOf(network, () => ({ now: at }));
};
