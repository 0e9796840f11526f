/** Keys and list positions from the top of the file down to a value. */
export type Path = readonly (string | number)[];

const LONGEST = 60;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The tail of a kube-vip peer after its address, and the credentials of a URL: both may hold a password. */
const SECRETS: readonly [RegExp, string][] = [
  [/^(\d+\.\d+\.\d+\.\d+|\[[^\]]*\]):[^:]*:.*$/su, '$1:…'],
  [/\/\/[^/@]*@/gu, '//…@'],
];

/** Text that cannot disturb a terminal or a log line: one line, control characters escaped, cut when long. */
export const printable = (text: string, longest = LONGEST): string => {
  const whole = text.length <= longest;
  const cut = whole ? text : text.slice(0, longest);
  const escaped = cut.replace(UNPRINTABLE, (c) => `\\u${c.codePointAt(0)?.toString(16).padStart(4, '0')}`);
  return whole ? escaped : `${escaped}…`;
};

/** A value as an error shows it; never the inside of a list or mapping, nor what may be a password. */
export const describe = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const shown = SECRETS.reduce((text, [secret, stub]) => text.replace(secret, stub), value.slice(0, 4096));
  return `"${printable(shown)}"`;
};

/** `peers[0].peerASN`; a key that is not a plain word is quoted. */
export const fieldName = (path: Path): string =>
  path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]{1,60}$/.test(step)) return `["${printable(step)}"]`;
      return i === 0 ? step : `.${step}`;
    })
    .join('');

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** A duration in milliseconds as the file would write it. */
export const durationText = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
