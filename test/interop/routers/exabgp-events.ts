import type { Family } from '@vipcast/net';
import type { ReceivedRoute, RouterSession } from './router.ts';
import { extendedCommunity } from './spelling.ts';

const FAMILY_WORDS = { 'ipv4-unicast': 'ipv4 unicast', 'ipv6-unicast': 'ipv6 unicast' } as const;

interface Attributes {
  readonly origin?: string;
  readonly 'as-path'?: readonly (number | readonly number[])[];
  readonly med?: number;
  readonly 'local-preference'?: number;
  readonly community?: readonly (readonly [number, number])[];
  readonly 'large-community'?: readonly (readonly [number, number, number])[];
  readonly 'extended-community'?: readonly { readonly string: string }[];
}

interface Update {
  readonly attribute?: Attributes;
  readonly announce?: Readonly<
    Record<string, Readonly<Record<string, readonly { readonly nlri: string }[]>>>
  >;
  readonly withdraw?: Readonly<Record<string, readonly { readonly nlri: string }[]>>;
}

/** A line of ExaBGP's JSON encoder, as far as it is read here; `time` is in seconds. */
export interface ExabgpEvent {
  readonly type: string;
  readonly time: number;
  readonly neighbor?: {
    readonly address: { readonly peer: string };
    readonly state?: 'up' | 'down' | 'connected';
    readonly reason?: string;
    readonly direction?: 'send' | 'receive';
    readonly message?: { readonly update?: Update; readonly eor?: unknown };
  };
}

/** The events in a file of lines; answers to commands (`done`, `error`) stand between them. */
export const parseEvents = (text: string): readonly ExabgpEvent[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    // A reason may carry the raw bytes of a NOTIFICATION's data.
    .map((line) => JSON.parse(line.replace(/\p{Cc}/gu, ' ')) as ExabgpEvent);

/** `ro:65001:7` of `origin:65001:0.0.0.7`. */
const plain = (printed: string): string =>
  extendedCommunity(printed).replace(/(?<=^\w+:\d+:)\d+\.\d+\.\d+\.\d+$/, (quad) =>
    String(quad.split('.').reduce((value, byte) => value * 256 + Number(byte), 0)),
  );

const received = (prefix: string, nextHop: string, attribute: Attributes): ReceivedRoute => ({
  prefix,
  nextHop,
  asPath: (attribute['as-path'] ?? []).flat(),
  origin: attribute.origin as ReceivedRoute['origin'],
  ...(attribute.med === undefined ? {} : { med: attribute.med }),
  ...(attribute['local-preference'] === undefined ? {} : { localPref: attribute['local-preference'] }),
  communities: (attribute.community ?? []).map((pair) => pair.join(':')),
  largeCommunities: (attribute['large-community'] ?? []).map((triple) => triple.join(':')),
  extendedCommunities: (attribute['extended-community'] ?? []).map(({ string }) => plain(string)),
});

/** What stands announced by `peer` at the end of the events. */
export const standing = (
  events: readonly ExabgpEvent[],
  peer: string,
  family: Family,
): readonly ReceivedRoute[] => {
  const routes = new Map<string, ReceivedRoute>();
  for (const { neighbor } of events) {
    if (neighbor?.address.peer !== peer) continue;
    if (neighbor.state !== undefined) routes.clear();
    const update = neighbor.direction === 'receive' ? neighbor.message?.update : undefined;
    for (const { nlri } of update?.withdraw?.[FAMILY_WORDS[family]] ?? []) routes.delete(nlri);
    for (const [nextHop, entries] of Object.entries(update?.announce?.[FAMILY_WORDS[family]] ?? {})) {
      for (const { nlri } of entries) routes.set(nlri, received(nlri, nextHop, update?.attribute ?? {}));
    }
  }
  return [...routes.values()];
};

/** How many End-of-RIB markers `peer` has sent since it was last connected. */
export const endsOfRib = (events: readonly ExabgpEvent[], peer: string): number => {
  const own = events.filter(({ neighbor }) => neighbor?.address.peer === peer);
  const start = own.findLastIndex(({ neighbor }) => neighbor?.state === 'connected');
  return own.slice(start + 1).filter(({ neighbor }) => neighbor?.message?.eor !== undefined).length;
};

const STATES = { up: 'Established', connected: 'OpenSent', down: 'Idle' } as const;

/** The session to `peer` at the end of the events; `now` in milliseconds. */
export const sessionAt = (events: readonly ExabgpEvent[], peer: string, now: number): RouterSession => {
  const changes = events.filter(({ type, neighbor }) => type === 'state' && neighbor?.address.peer === peer);
  const last = changes.at(-1);
  const lastError = changes.findLast(({ neighbor }) => neighbor?.state === 'down')?.neighbor?.reason;
  const state = STATES[last?.neighbor?.state ?? 'down'];
  return {
    state,
    establishedCount: changes.filter(({ neighbor }) => neighbor?.state === 'up').length,
    ...(state === 'Established' ? { uptimeSeconds: now / 1000 - last!.time } : {}),
    ...(lastError === undefined ? {} : { lastError }),
  };
};
