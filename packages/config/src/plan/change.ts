import { type AddressRange, formatRange } from '../kubernetes/address-range.ts';
import { durationText } from '../wording.ts';

/** What a change is about. `log` is also what names this node's facts: cluster and node. */
export type Kind =
  | 'peer'
  | 'vip'
  | 'policy'
  | 'advertisement'
  | 'pool'
  | 'bgp'
  | 'kubernetes'
  | 'log'
  | 'lookingGlass';

/** One thing that a new configuration adds, changes or removes. */
export interface Change {
  readonly kind: Kind;
  readonly name: string;
  /** Settings that differ; empty for what comes or goes as a whole. */
  readonly fields: readonly string[];
  /** `holdTime 9s → 30s`, or what comes or goes. */
  readonly text: string;
}

const DURATIONS: ReadonlySet<string> = new Set([
  'holdTime',
  'keepaliveTime',
  'connectRetryTime',
  'drainTime',
  'interval',
  'timeout',
]);

const shown = (field: string, value: unknown): string => {
  // A configuration that an earlier release recorded may lack a setting.
  if (value === null || value === undefined) return 'none';
  if (DURATIONS.has(field) && typeof value === 'number') return durationText(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((part) => shown('', part)).join(', ');
  if (typeof value !== 'object') return String(value);
  if ('first' in value && 'last' in value) return formatRange(value as AddressRange);
  const parts = Object.entries(value as object).filter(([, part]) => part !== null);
  return parts.map(([key, part]) => `${key} ${shown(key, part)}`).join(', ');
};

/** As it is compared: what an earlier release did not record is not set. */
const compared = (value: unknown): string => JSON.stringify(value ?? null);

/** Settings of a thing in which two versions differ. */
export const differences = <T extends object>(before: T, after: T): readonly (keyof T & string)[] =>
  (Object.keys(after) as (keyof T & string)[]).filter(
    (key) => compared(before[key]) !== compared(after[key]),
  );

/** `holdTime 9s → 30s`. */
export const transition = <T extends object>(before: T, after: T, field: keyof T & string): string =>
  `${field} ${shown(field, before[field])} → ${shown(field, after[field])}`;

/** The change from one version of a thing to the next; `undefined` when they are equal. */
export const changeOf = <T extends object>(
  kind: Kind,
  name: string,
  before: T,
  after: T,
): Change | undefined => {
  const fields = differences(before, after);
  if (fields.length === 0) return undefined;
  return { kind, name, fields, text: fields.map((field) => transition(before, after, field)).join('; ') };
};
