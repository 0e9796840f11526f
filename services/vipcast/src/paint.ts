import type { Io } from './io.ts';

/** How a piece of text is meant. */
export type Tone = 'good' | 'bad' | 'quiet' | 'plain';

/** Colours a piece of text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const CODES: Readonly<Record<Tone, string>> = { good: '32', bad: '31', quiet: '2', plain: '' };

/** Colours for a terminal; none when piped, with `NO_COLOR` or on a dumb terminal. */
export const painter = ({ stdout, env }: Io): Paint =>
  stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb'
    ? (tone, text) => (CODES[tone] === '' || text === '' ? text : `\x1b[${CODES[tone]}m${text}\x1b[0m`)
    : (_, text) => text;
