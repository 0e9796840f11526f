/** Longest TCP-MD5 key that Linux takes (`TCP_MD5SIG_MAXKEYLEN`); RFC 2385 §4.5 asks for at least 80 ASCII characters. */
const MOST_OCTETS = 80;

/** A TCP-MD5 key, or why the file holds none. */
export type Password =
  | { readonly ok: true; readonly key: Uint8Array }
  /** Goes after the file's name; never says what the file holds. */
  | { readonly ok: false; readonly message: string };

const LF = 10;
const CR = 13;

/**
 * The key in a `passwordFile`: its octets as they are, without the one line end that editors add. Text beyond ASCII
 * is taken as the UTF-8 it is. Refused: an empty key, more than 80 octets, and a NUL or a line end within, which most
 * routers cannot be given.
 */
export const passwordOf = (file: Uint8Array): Password => {
  let end = file.length;
  if (file[end - 1] === LF) end -= file[end - 2] === CR ? 2 : 1;
  const key = file.slice(0, end);
  const refuse = (message: string): Password => ({ ok: false, message });
  if (key.length === 0) return refuse('holds no password');
  if (key.length > MOST_OCTETS)
    return refuse(`holds ${key.length} octets; TCP-MD5 takes at most ${MOST_OCTETS}`);
  if (key.includes(0)) return refuse('holds a NUL octet');
  if (key.includes(LF) || key.includes(CR)) return refuse('holds more than one line');
  return { ok: true, key };
};
