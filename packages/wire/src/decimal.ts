/** The number written in decimal without sign or leading zeros, if it is at most `max`; otherwise `undefined`. */
export const parseDecimal = (text: string | undefined, max: number): number | undefined => {
  if (text === undefined || !/^(?:0|[1-9]\d{0,9})$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
};

export const MAX_U16 = 0xffff;
export const MAX_U32 = 0xffff_ffff;
