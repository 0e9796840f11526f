import { formatInstant } from '../time.ts';
import type { ReplayOutcome } from './replay.ts';
import type { RouteOutcome } from './routes.ts';
import type { SessionOutcome } from './sessions.ts';
import { differenceLines } from './turn-text.ts';

const MOST_PREFIXES = 5;

const some = (texts: readonly string[]): string =>
  texts.length <= MOST_PREFIXES
    ? texts.join(', ')
    : `${texts.slice(0, MOST_PREFIXES).join(', ')} and ${texts.length - MOST_PREFIXES} more`;

const when = (count: number, line: string): readonly string[] => (count === 0 ? [] : [line]);

const sessionLines = (outcome: SessionOutcome): readonly string[] => {
  const { node, peer, inputs, equal, begins, older, uncovered, ahead, thrown, difference } = outcome;
  return [
    `${node} ${peer}: ${inputs} inputs, ${equal} conclusions as recorded`,
    ...when(older, `  begins ${formatInstant(begins)}: what led to ${older} older facts is no longer kept`),
    ...when(
      uncovered,
      `  ${uncovered} facts come after the last input: what led to them was lost in a crash, or is not written yet`,
    ),
    ...when(ahead, `  ${ahead} conclusions are newer than the last fact, and compared with nothing`),
    ...when(thrown, `  ${thrown} steps threw: a bug, which --step shows`),
    ...(difference === undefined ? [] : differenceLines(difference)),
  ];
};

const routeLines = ({ node, peer, justified, unjustified, unsaid }: RouteOutcome): readonly string[] => [
  `${node} ${peer}: ${justified} statements about routes as decided`,
  ...(unjustified === undefined
    ? []
    : [
        `  DIFFERS at seq ${unjustified.fact.position}, ${formatInstant(unjustified.fact.at)}, for ${unjustified.prefix}`,
        `    came out: ${unjustified.expected.join(', then ') || 'nothing'}`,
        `    recorded: ${unjustified.fact.type} ${JSON.stringify(unjustified.fact.data)}`,
      ]),
  ...when(unsaid.length, `  DIFFERS: decided and never told: ${some(unsaid)}`),
];

/** True when all that was compared is as it was recorded. */
export const isEqual = ({ sessions, routes = [] }: ReplayOutcome): boolean =>
  sessions.every(({ difference }) => difference === undefined) &&
  routes.every(({ unjustified, unsaid }) => unjustified === undefined && unsaid.length === 0);

/** What came out of a replay, for people: a line for each session, what is not covered, and the hash in the end. */
export const outcomeLines = (outcome: ReplayOutcome): readonly string[] => [
  ...outcome.sessions.flatMap(sessionLines),
  ...(outcome.routes?.flatMap(routeLines) ?? [
    'routes are not compared: the facts do not go back to the beginning',
  ]),
  ...when(outcome.skipped, `${outcome.skipped} inputs of sessions whose beginning is no longer kept`),
  isEqual(outcome) ? 'equal' : 'different',
  `state ${outcome.hash}`,
];
