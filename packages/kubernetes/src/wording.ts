const LONGEST = 300;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** Anything long enough to be a token: 24 characters or more of base64, hexadecimal or a JWT. */
const TOKEN_LIKE = /[\w+/=.~-]{24,}/gu;

/** One line that cannot disturb a terminal or a log, cut when long. */
export const printable = (text: string, longest = LONGEST): string => {
  const line = text
    .slice(0, longest * 4)
    .replace(UNPRINTABLE, ' ')
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
};

/** As `printable`, for words of a program that handles credentials: what may be one is left out. */
export const discreet = (text: string): string => printable(text.replace(TOKEN_LIKE, '[…]'));

/** What went wrong with a file or a connection: the system's own short code where there is one. */
export const faultOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as NodeJS.ErrnoException;
  return code ?? printable(error.message);
};
