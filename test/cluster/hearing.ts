import type { Client, Fact, Notice } from '@vipcast/client';
import { expect } from 'vitest';
import { until } from '../interop/poll.ts';
import type { Member } from './members.ts';

/** What somebody has heard so far. */
export interface Heard {
  readonly facts: Fact[];
  readonly notices: Notice[];
}

/** Nothing yet. */
export const newHeard = (): Heard => ({ facts: [], notices: [] });

/** Ids of what was heard of a node's writers. */
export const idsOf = ({ facts }: Heard, node: string): readonly string[] =>
  facts.filter(({ writer }) => writer.startsWith(`${node}/`)).map(({ id }) => id);

/** Waits until somebody has heard what each member wrote, once and in order. */
export const untilHeard = (heard: Heard, members: readonly Member[], timeout = 20_000): Promise<unknown> =>
  until(
    () => {
      for (const { name, wrote } of members) expect(idsOf(heard, name)).toEqual(wrote);
      return true;
    },
    {
      what: 'every fact, once and in order',
      timeout,
      explain: () =>
        `${members.map(({ name, wrote }) => `${name}: ${idsOf(heard, name).length} of ${wrote.length}`).join(', ')}; ${JSON.stringify(heard.notices)}`,
    },
  );

/** What was noticed, in a word each. */
export const kinds = ({ notices }: Heard): readonly string[] => notices.map(({ kind }) => kind);

/** Hears everything from a place on. */
export const listen = (client: Client, options: Parameters<Client['follow']>[0] = { after: 'start' }) => {
  const heard = newHeard();
  const following = client.follow(
    { ...options, onNotice: (notice) => heard.notices.push(notice) },
    (fact) => void heard.facts.push(fact),
  );
  return { heard, following };
};
