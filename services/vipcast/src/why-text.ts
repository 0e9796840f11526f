import type { Step, WhyRow } from '@vipcast/views';
import { harmless } from './harmless.ts';
import { formatTime } from './time.ts';
import type { Looks } from './view-answer.ts';

const MARKS: Readonly<Record<Step['verdict'], string>> = { ok: 'ok', stops: 'x ', absent: '- ' };

const when = (time: number | null, position: number | null): string =>
  time === null || position === null ? '' : ` (seq ${position}, ${formatTime(time)})`;

const headline = ({
  prefixes,
  vip,
  node,
  peer,
  announced,
  excluded,
  changedAt,
  position,
}: WhyRow): string => {
  const verb = announced ? 'is announced' : excluded ? 'is not meant to be announced' : 'is NOT announced';
  const to = peer === null ? '' : ` to ${peer}`;
  return `${prefixes.join(', ')} (${vip}) ${verb} by ${node}${to} since ${formatTime(changedAt)} (seq ${position})`;
};

const others = ({ announced, announcedBy }: WhyRow): string => {
  if (announced) return '';
  const names = announcedBy.map(({ node, peers }) => `${node} (to ${peers.join(', ')})`);
  return names.length === 0 ? 'Announced by no node.\n' : `Still announced by: ${names.join(', ')}.\n`;
};

/** One answer of `why` for people: a headline, a line for each step, and who else announces it. */
export const formatWhy = (row: WhyRow, { paint }: Looks): string => {
  const width = Math.max(...row.steps.map(({ what }) => what.length));
  const lines = row.steps.map(({ verdict, what, text, time, position }) => {
    const mark = paint(verdict === 'ok' ? 'good' : 'bad', MARKS[verdict]);
    return `  ${mark} ${what.padEnd(width)}  ${harmless(text)}${paint('quiet', when(time, position))}\n`;
  });
  return `${paint(row.announced || row.excluded ? 'plain' : 'bad', headline(row))}\n${lines.join('')}${others(row)}`;
};

/** The command that shows more about what stops an announcement; none when nothing does. */
export const nextStep = ({
  announced,
  excluded,
  steps,
  node,
  peer,
  vip,
  prefixes,
}: WhyRow): readonly string[] => {
  const stop = steps.at(-1);
  if (announced || excluded || stop === undefined) return [];
  const [kind] = stop.what.split(' ');
  switch (kind) {
    case 'vip':
      return stop.text.includes('operator-withdrew')
        ? [
            `vipcast announce ${prefixes.map((prefix) => prefix.replace(/\/\d+$/, '')).join(' ')} --node ${node}`,
          ]
        : [`vipcast history ${vip} --node ${node}`];
    case 'session':
      return [`vipcast history ${peer} --node ${node} --since -1h`];
    case 'family':
      return [`vipcast peers ${peer} --node ${node} -o wide`];
    case 'next':
      return [`vipcast next-hops --peer ${peer} --node ${node} -o wide`];
    case 'peers':
      return ['vipcast check vipcast.yaml'];
    default:
      return [`vipcast routes --peer ${peer} --node ${node} -o wide`];
  }
};
