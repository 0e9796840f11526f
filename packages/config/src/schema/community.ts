import {
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  parseCommunity,
  parseExtendedCommunity,
  parseLargeCommunity,
} from '@vipcast/wire';
import { text } from './scalar.ts';

/** Longer than any community, short enough to split without thought. */
const LONGEST = 64;

const canonical = <T>(
  expected: string,
  parse: (written: string) => T | undefined,
  format: (value: T) => string,
) =>
  text(expected, (written) => {
    const value = written.length <= LONGEST ? parse(written) : undefined;
    return value === undefined ? undefined : format(value);
  });

/** RFC 1997. */
export const community = canonical(
  'a community such as 65000:100 (each half 0 to 65535) or no-export',
  parseCommunity,
  formatCommunity,
);

/** RFC 4360 and 5668. */
export const extendedCommunity = canonical(
  'an extended community such as rt:65000:1, ro:192.0.2.1:7 or 0x0002fde800000001',
  parseExtendedCommunity,
  formatExtendedCommunity,
);

/** RFC 8092. */
export const largeCommunity = canonical(
  'a large community such as 65000:1:2, each part 0 to 4294967295',
  parseLargeCommunity,
  formatLargeCommunity,
);
