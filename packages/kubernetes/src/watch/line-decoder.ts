const LF = 10;

/** Cuts bytes into lines. */
export interface LineDecoder {
  /**
   * Calls `onLine` for each line that `chunk` completes; empty lines are left out.
   * @returns false when a line is longer than the bound: then there is no way on in this stream
   */
  readonly push: (chunk: Buffer, onLine: (line: string) => void) => boolean;
}

/**
 * Lines of UTF-8, however their bytes were split. Text is made of whole lines only, so no character is ever cut; what
 * waits for its end is at most `longest` bytes.
 */
export const createLineDecoder = (longest: number): LineDecoder => {
  let parts: Buffer[] = [];
  let waiting = 0;

  const finish = (tail: Buffer): string => {
    if (waiting === 0) return tail.toString('utf8');
    const line = Buffer.concat([...parts, tail], waiting + tail.length).toString('utf8');
    parts = [];
    waiting = 0;
    return line;
  };

  return {
    push: (chunk, onLine) => {
      let from = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
        if (waiting + end - from > longest) return false;
        const line = finish(chunk.subarray(from, end));
        from = end + 1;
        if (line.trim() !== '') onLine(line);
      }
      if (from === chunk.length) return true;
      parts.push(chunk.subarray(from));
      waiting += chunk.length - from;
      return waiting <= longest;
    },
  };
};
