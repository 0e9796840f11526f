import { type Problem, wrongValue } from '../problem.ts';
import { nodeName } from '../schema/scalar.ts';
import { describe } from '../wording.ts';

/** Where a node's name comes from when the file gives none. */
export interface Environment {
  /** `$NODE_NAME`. */
  readonly nodeName?: string;
  readonly hostName: string;
}

/** The node's name: the file's, else the environment's in lower case. */
export const resolveNode = (written: string | null | undefined, env: Environment): string | Problem => {
  if (written) return written;
  const given = env.nodeName || env.hostName;
  const read = nodeName.safeParse(given.toLowerCase());
  if (read.success) return read.data;
  const origin = env.nodeName ? 'NODE_NAME' : 'the host name';
  const expected = 'a node name in the file';
  return {
    ...wrongValue(['node'], given, expected),
    text: `not set, and ${origin} ${describe(given)} cannot stand in; expected ${expected}`,
  };
};
