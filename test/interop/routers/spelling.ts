import { FAMILIES, type Family } from '@vipcast/net';

// IANA "BGP Well-known Communities", under the names the five routers print.
const WELL_KNOWN: Readonly<Record<string, string>> = {
  'graceful-shutdown': '65535:0',
  graceful_shutdown: '65535:0',
  blackhole: '65535:666',
  'no-export': '65535:65281',
  no_export: '65535:65281',
  'no-advertise': '65535:65282',
  no_advertise: '65535:65282',
  'local-as': '65535:65283',
  no_export_subconfed: '65535:65283',
  'no-peer': '65535:65284',
  no_peer: '65535:65284',
};

/** A community in numbers, from numbers or from a router's word for it. */
export const community = (printed: string): string => WELL_KNOWN[printed.toLowerCase()] ?? printed;

/** An extended community as `rt:65000:5`, from `RT:65000:5`, `rt 65000:5` or `target:65000:5`. */
export const extendedCommunity = (printed: string): string =>
  printed
    .trim()
    .replace(/^(rt|target)[: ]/i, 'rt:')
    .replace(/^(ro|soo|origin)[: ]/i, 'ro:');

/** The AS numbers in a printed path, sets flattened. */
export const asNumbers = (printed: string): number[] => (printed.match(/\d+/g) ?? []).map(Number);

/** The words of a text, none for an absent one. */
export const words = (text: string | undefined): string[] => text?.split(/\s+/).filter(Boolean) ?? [];

/** How often a text occurs after the last occurrence of another; in the whole text if that never occurs. */
export const timesSince = (text: string, start: string, what: string): number =>
  text.slice(text.lastIndexOf(start) + 1).split(what).length - 1;

/** A text without its zone: `fe80::1` of `fe80::1%eth0`. */
export const withoutZone = (address: string): string => address.split('%')[0]!;

/** The interface of `fe80::1%eth0`, if it names one. */
export const zoneOf = (address: string): string | undefined => address.split('%')[1];

/** The family a session to this address runs over. */
export const transportOf = (address: string): Family => FAMILIES[address.includes(':') ? 1 : 0]!;

/** The family of a prefix as text. */
export const familyOfText = transportOf;

/** Lines, with those that are false left out: optional parts of a configuration file. */
export const lines = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== false && part !== undefined).join('\n');
