import { ruleOf } from './attributes/table.ts';
import { readU16, readU32 } from './bytes.ts';
import { capabilityName } from './capabilities/table.ts';
import { CEASE, ERROR_CODE, familyOfAfiSafi } from './iana.ts';

/** Spells out the data of one sort of NOTIFICATION; `undefined` when it says nothing. */
type Reader = (data: Uint8Array) => string | undefined;

const attributeName = (code: number): string => ruleOf(code)?.codec.name ?? `attribute ${code}`;

const flagsText = (flags: number): string => `0x${flags.toString(16).padStart(2, '0')}`;

const attribute: Reader = (data) => {
  if (data.length < 2) return undefined;
  const head = (data[0]! & 0x10) === 0 ? 3 : 4;
  const name = `${attributeName(data[1]!)}, flags ${flagsText(data[0]!)}`;
  if (data.length < head) return name;
  const length = head === 3 ? data[2]! : readU16(data, 2);
  const value = data.subarray(head, head + Math.min(length, 32)).toHex();
  return `${name}, length ${length}${value && `, value ${value}${length > 32 ? '…' : ''}`}`;
};

const peerAs: Reader = (data) => {
  if (data.length === 2) return `AS ${readU16(data, 0)}`;
  return data.length === 4 ? `AS ${readU32(data, 0)}` : undefined;
};

const capabilities: Reader = (data) => {
  const names: string[] = [];
  for (let at = 0; at + 2 <= data.length; at += 2 + data[at + 1]!) {
    const code = data[at]!;
    const isMultiprotocol = code === 1 && data[at + 1] === 4 && at + 6 <= data.length;
    names.push(
      isMultiprotocol
        ? `${capabilityName(code)} ${familyText(readU16(data, at + 2), data[at + 5]!)}`
        : capabilityName(code),
    );
  }
  return names.length > 0 ? names.join(', ') : undefined;
};

const familyText = (afi: number, safi: number): string =>
  familyOfAfiSafi(afi, safi) ?? `AFI ${afi} SAFI ${safi}`;

/** RFC 4486 §4: family and the upper bound. */
const maximumPrefixes: Reader = (data) =>
  data.length === 7 ? `${familyText(readU16(data, 0), data[2]!)}, limit ${readU32(data, 3)}` : undefined;

const optional =
  (length: number, read: (data: Uint8Array) => string): Reader =>
  (data) =>
    data.length >= length ? read(data) : undefined;

const READERS: Readonly<Record<number, Readonly<Record<number, Reader>>>> = {
  [ERROR_CODE.messageHeader]: {
    2: optional(2, (data) => `length ${readU16(data, 0)}`),
    3: optional(1, (data) => `type ${data[0]}`),
  },
  [ERROR_CODE.open]: {
    1: optional(2, (data) => `version ${readU16(data, 0)} is supported`),
    2: peerAs,
    3: optional(4, (data) => `identifier ${data.subarray(0, 4).join('.')}`),
    4: optional(1, (data) => `parameter type ${data[0]}`),
    6: optional(2, (data) => `hold time ${readU16(data, 0)} s`),
    7: capabilities,
  },
  [ERROR_CODE.update]: {
    1: attribute,
    2: attribute,
    3: optional(1, (data) => attributeName(data[0]!)),
    4: attribute,
    5: attribute,
    6: attribute,
    8: attribute,
    9: attribute,
    11: attribute,
  },
  [ERROR_CODE.finiteStateMachine]: {
    1: optional(1, (data) => `message type ${data[0]}`),
    2: optional(1, (data) => `message type ${data[0]}`),
    3: optional(1, (data) => `message type ${data[0]}`),
  },
  [ERROR_CODE.cease]: { [CEASE.maximumPrefixes]: maximumPrefixes },
  [ERROR_CODE.sendHoldTimerExpired]: { 0: () => 'messages were not read' },
};

/** What the data of a NOTIFICATION says, or 8/0 without any, in words; `undefined` when nothing, or nothing known. */
export const notificationDetail = (code: number, subcode: number, data: Uint8Array): string | undefined =>
  READERS[code]?.[subcode]?.(data);
