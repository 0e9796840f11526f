import type { NewFact } from '@vipcast/events';

/** The ids of a fact, of which none holds a space. */
export type Ids = Pick<NewFact, 'id' | 'causationId' | 'correlationId'>;

/** All three as one text: three of them take SQLite, and the hash, longer than the rest of an envelope. */
export const joinIds = ({ id, causationId, correlationId }: Ids): string =>
  `${id} ${causationId} ${correlationId}`;

/** What `joinIds` has joined. Throws when it has not. */
export const splitIds = (text: string): Ids => {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  if (first < 0 || second < 0) throw new Error('its ids are no three ids');
  return {
    id: text.slice(0, first),
    causationId: text.slice(first + 1, second),
    correlationId: text.slice(second + 1),
  };
};

/** Whether they can be joined: those of other nodes are what came. */
export const areIds = ({ id, causationId, correlationId }: Ids): boolean =>
  !id.includes(' ') && !causationId.includes(' ') && !correlationId.includes(' ');
