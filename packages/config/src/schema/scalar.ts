import { z } from 'zod';

/**
 * A text that `parse` understands. Every error message of the schema is what goes after "expected"; the reader of
 * the issues builds the sentence.
 */
export const text = <T>(expected: string, parse: (text: string) => T | undefined) =>
  z
    .string({ error: expected })
    .meta({ description: expected })
    .transform((written, context): T => {
      const value = parse(written);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: expected, input: written });
      return z.NEVER;
    });

/** A whole number within bounds. */
export const wholeNumber = (from: number, to: number) => {
  const expected = `a whole number, ${from} to ${to}`;
  return z.int({ error: expected }).min(from, { error: expected }).max(to, { error: expected });
};

/** `true` or `false`. */
export const flag = z.boolean({ error: 'true or false' });

/** A list of at least one element. */
export const someOf = <T extends z.ZodType>(element: T, expected: string) =>
  z.array(element, { error: expected }).min(1, { error: expected });

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NODE = /^[a-z0-9]([-a-z0-9._]{0,251}[a-z0-9])?$/;
const LINK = /^[^\s/:\p{Cc}]{1,15}$/u;

const matching = (pattern: RegExp) => (written: string) => (pattern.test(written) ? written : undefined);

/** What names a VIP, a peer or the cluster: a DNS label (RFC 1123 §2.1). */
export const label = text(
  'a name of at most 63 lower-case letters, digits and hyphens, quoted if it is a number',
  matching(LABEL),
);

/** A node's name may be a host name with dots. */
export const nodeName = text(
  'a name of lower-case letters, digits, hyphens, dots and underscores, at most 253',
  matching(NODE),
);

/** A network interface as Linux allows it. */
export const interfaceName = text('an interface name of 1 to 15 characters', (written) =>
  LINK.test(written) && written !== '.' && written !== '..' ? written : undefined,
);

/** The path of a file. */
export const filePath = text('the path of a file', matching(/^[^\0\r\n]{1,4096}$/));

/** A TCP port. */
export const port = wholeNumber(1, 65535);
