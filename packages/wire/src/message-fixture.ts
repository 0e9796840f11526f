/** For tests. The marker: what every message begins with. */
export const HEADER = 'ff'.repeat(16);
/** A message with its header made up; the body is written out. */
export const message = (type: number, body: string): string => {
  const tail = type.toString(16).padStart(2, '0') + body;
  return (tail.length / 2 + 18).toString(16).padStart(4, '0') + tail;
};
/** A message without its marker, as bytes. */
export const bytesOf = (hex: string) => Uint8Array.fromHex(HEADER + hex);
