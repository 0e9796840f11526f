import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NODE } from '../../interop/node-binary.ts';

// A process keeps the distance between its two clocks that it found when it started, so a fresh one says what
// another that starts now has.
const PROGRAM =
  'performance.now(); const at = process.hrtime.bigint(); performance.timeOrigin + performance.now() - Number(at) / 1e6';

/**
 * Milliseconds between the clock that stamps facts and `process.hrtime`, as a process has it that starts now. What an
 * adjustment of the system's time moves it by, between the start of two processes, is the error.
 */
export const clockOffset = async (): Promise<number> =>
  Number((await promisify(execFile)(NODE, ['--print', PROGRAM])).stdout);
