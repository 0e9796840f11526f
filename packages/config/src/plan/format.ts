import type { Change } from './change.ts';
import type { Plan } from './plan.ts';

const title = ({ kind, name }: Change): string =>
  kind === name || kind === 'policy' ? name : `${kind} ${name}`;

const lines = (sign: string, changes: readonly Change[]): readonly string[] =>
  changes.map((change) => `${sign} ${title(change)}: ${change.text}`);

/** The plan as lines of text: `+` comes, `~` changes, `-` goes, `!` is a session that resets. */
export const formatPlan = ({ added, changed, removed, resets }: Plan): string => {
  const all = [
    ...lines('+', added),
    ...lines('~', changed),
    ...lines('-', removed),
    ...resets.map(({ peer, because }) => `! session ${peer} resets: ${because}`),
  ];
  return all.length === 0 ? 'nothing changes\n' : `${all.join('\n')}\n`;
};
