const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

// CSI and OSC sequences, then two-character escapes; both the ESC and the one-character (C1) introducers.
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;
const LINE_BREAKS = /[\t\n\r\p{Zl}\p{Zp}]+/gu;
const CONTROLS = /[\p{Cc}\p{Cf}]/gu;

/** The UTF-8 of `text`, cut between two characters so that it takes at most `limit` bytes. */
export const encodeText = (text: string, limit: number): Uint8Array => {
  const bytes = encoder.encode(text);
  let end = Math.min(bytes.length, limit);
  while (end > 0 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
};

/**
 * Text a peer sent, fit to be shown in a terminal or a log: malformed UTF-8 becomes U+FFFD, escape sequences, control
 * and invisible formatting characters go, line breaks become spaces. At most `limit` bytes of UTF-8.
 */
export const decodeText = (bytes: Uint8Array, limit: number): string => {
  const text = decoder
    .decode(bytes)
    .replace(ESCAPES, '')
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROLS, '')
    .trim();
  return decoder.decode(encodeText(text, limit));
};
