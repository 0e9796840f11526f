const hex = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Text from a log, with control characters spelled out: a peer's words must not steer a terminal. */
export const harmless = (text: string): string => text.replace(/\p{Cc}/gu, hex);
