import type { Draft, RecordedFact } from '@vipcast/events';
import { canonicalText } from './canonical.ts';

type RouteType = 'route.Announced' | 'route.Withdrawn' | 'route.Refused';

/** A fact about what a peer was told of some prefixes. */
export type RouteFact = RecordedFact<RouteType>;

/** What a peer was last told of a prefix, and what it should have been told since, oldest first. */
export interface Statement {
  said: string;
  wishes: { readonly text: string; readonly at: number }[];
}

const ANNOUNCED = 'route.Announced';
const WITHDRAWN = 'route.Withdrawn';

const isTold = (text: string): boolean => text.startsWith(ANNOUNCED);

/** True for a fact about routes. */
export const isRouteFact = (fact: RecordedFact): fact is RouteFact => fact.type.startsWith('route.');

/** What is said of each prefix, as text that can be compared. */
export const statementText = ({ type, data }: Pick<Draft<RouteType>, 'type' | 'data'>): string => {
  const { peer: _, prefixes: __, ...rest } = data;
  return `${type} ${canonicalText(rest)}`;
};

/**
 * Takes in that something was said.
 * @returns true when that was due at some time since the last statement; what is told already may be said again when a
 * peer asks for it (RFC 2918)
 */
export const say = (statement: Statement, text: string): boolean => {
  const due = statement.wishes.findIndex((wish) => wish.text === text);
  statement.wishes.splice(0, due + 1);
  const before = statement.said;
  statement.said = text;
  return due >= 0 || (isTold(text) && text === before);
};

/** True when the last wish is older than `before`, and not said. One that has come to nothing leaves nothing to say. */
export const isUnsaid = ({ said, wishes }: Statement, before: number): boolean => {
  const last = wishes.at(-1);
  if (last === undefined || last.at > before || last.text === said) return false;
  return isTold(said) || !last.text.startsWith(WITHDRAWN);
};
