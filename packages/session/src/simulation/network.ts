import { ipv4 } from '@vipcast/net';
import type { Session } from '../session.ts';
import { step } from '../step.ts';
import type { Connection, Effect, Input, Timer } from '../types.ts';
import type { Happening } from './scenario.ts';

/** Two speakers. */
export type Name = 'A' | 'B';

/** What a TCP stack has to tell one end of a connection next. */
type Item =
  | { readonly type: 'confirmed' }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly because: string };

/** One TCP connection. What goes to one end arrives in order; nothing orders both ends, or two connections. */
interface Link {
  readonly dialledBy: Name;
  readonly inbox: Readonly<Record<Name, readonly Item[]>>;
  /** Ends that said close: they hear of the end only. */
  readonly closedBy: readonly Name[];
}

/** A speaker and its shell. */
interface Node {
  readonly session: Session;
  readonly slots: Readonly<Record<Connection, number | null>>;
  readonly timers: ReadonlyMap<string, number>;
}

/** Everything there is: a value, so that a search can go back. */
export interface World {
  readonly at: number;
  readonly nodes: Readonly<Record<Name, Node>>;
  readonly links: readonly Link[];
}

/** Something that may happen next. */
export type Move =
  | { readonly type: 'arrive'; readonly link: number; readonly to: Name }
  | { readonly type: 'start'; readonly node: Name }
  | { readonly type: 'expire'; readonly node: Name; readonly timer: string };

// Two speakers with the same luck would dial in step for ever; jitter is there for that.
const LUCK: Readonly<Record<Name, number>> = { A: 0.2, B: 0.8 };

const other = (name: Name): Name => (name === 'A' ? 'B' : 'A');
const directionOf = (link: Link, name: Name): Connection =>
  link.dialledBy === name ? 'outgoing' : 'incoming';

/** Two speakers that do not know each other yet. */
export const worldOf = (a: Session, b: Session): World => {
  const node = (session: Session): Node => ({
    session,
    slots: { outgoing: null, incoming: null },
    timers: new Map(),
  });
  return { at: 0, nodes: { A: node(a), B: node(b) }, links: [] };
};

const withNode = (world: World, name: Name, change: Partial<Node>): World => ({
  ...world,
  nodes: { ...world.nodes, [name]: { ...world.nodes[name], ...change } },
});

const withInbox = (world: World, index: number, name: Name, inbox: readonly Item[]): World => ({
  ...world,
  links: world.links.map((link, i) =>
    i === index ? { ...link, inbox: { ...link.inbox, [name]: inbox } } : link,
  ),
});

const put = (world: World, index: number, to: Name, item: Item): World => {
  const link = world.links[index]!;
  return link.closedBy.includes(to) ? world : withInbox(world, index, to, [...link.inbox[to], item]);
};

/** One end closes: the other hears it after all that was sent; this end hears nothing else, if anything. */
const hangUp = (world: World, index: number, name: Name, echo: boolean): World => {
  if (world.links[index]!.closedBy.includes(name)) return world;
  let next = put(world, index, other(name), { type: 'failed', because: 'closed by peer' });
  next = withInbox(next, index, name, echo ? [{ type: 'failed', because: 'closed' }] : []);
  const links = next.links.map((link, i) =>
    i === index ? { ...link, closedBy: [...link.closedBy, name] } : link,
  );
  return { ...next, links };
};

const withSlot = (world: World, name: Name, connection: Connection, link: number | null): World =>
  withNode(world, name, { slots: { ...world.nodes[name].slots, [connection]: link } });

const timerKey = (timer: Timer, connection: Connection | null): string => `${timer}/${connection ?? ''}`;

const withTimer = (world: World, name: Name, key: string, deadline: number | null): World => {
  const timers = new Map(world.nodes[name].timers);
  if (deadline === null) timers.delete(key);
  else timers.set(key, deadline);
  return withNode(world, name, { timers });
};

const dial = (world: World, name: Name): World => {
  const confirmed: Item = { type: 'confirmed' };
  const link: Link = { dialledBy: name, inbox: { A: [confirmed], B: [confirmed] }, closedBy: [] };
  const dialled = { ...world, links: [...world.links, link] };
  return withSlot(dialled, name, 'outgoing', world.links.length);
};

const carryOut = (world: World, name: Name, effect: Effect): World => {
  const { slots } = world.nodes[name];
  switch (effect.type) {
    case 'dial':
      return dial(world, name);
    case 'abortDial':
      return slots.outgoing === null ? world : hangUp(world, slots.outgoing, name, false);
    case 'send': {
      const link = slots[effect.connection];
      return link === null ? world : put(world, link, other(name), { type: 'bytes', bytes: effect.bytes });
    }
    case 'close': {
      const link = slots[effect.connection];
      return link === null ? world : hangUp(world, link, name, true);
    }
    case 'startTimer':
      return withTimer(world, name, timerKey(effect.timer, effect.connection), world.at + effect.ms);
    case 'stopTimer':
      return withTimer(world, name, timerKey(effect.timer, effect.connection), null);
    default:
      return world;
  }
};

const feed = (world: World, name: Name, happening: Happening): [World, readonly Effect[]] => {
  const input = { ...happening, at: world.at, random: LUCK[name] } as Input;
  const { session, effects } = step(world.nodes[name].session, input);
  let next = withNode(world, name, { session });
  for (const effect of effects) next = carryOut(next, name, effect);
  return [next, effects];
};

/** As `close` is documented: the newer one is refused, or the older one replaced. */
const confirm = (world: World, name: Name, index: number): World => {
  const connection = directionOf(world.links[index]!, name);
  const older = world.nodes[name].slots[connection];
  const endpoints = { localAddress: ipv4(1), remoteAddress: ipv4(2) };
  const [next, effects] = feed(withSlot(world, name, connection, index), name, {
    type: 'TcpConnectionConfirmed',
    connection,
    ...endpoints,
  });
  if (effects.some((each) => each.type === 'close' && each.connection === connection))
    return withSlot(withInbox(next, index, name, []), name, connection, older === index ? null : older);
  return older === null || older === index ? next : hangUp(next, older, name, false);
};

const arrive = (world: World, index: number, name: Name): World => {
  const link = world.links[index]!;
  const [item, ...rest] = link.inbox[name];
  const next = withInbox(world, index, name, rest);
  const connection = directionOf(link, name);
  const holds = next.nodes[name].slots[connection] === index;
  if (item === undefined) return world;
  if (item.type === 'confirmed') return confirm(next, name, index);
  if (!holds) return next;
  if (item.type === 'bytes')
    return feed(next, name, { type: 'BytesReceived', connection, bytes: item.bytes })[0];
  const gone = withSlot(hangUp(next, index, name, false), name, connection, null);
  return feed(gone, name, { type: 'TcpConnectionFails', connection, because: item.because })[0];
};

/** The world after a move. */
export const move = (world: World, what: Move): World => {
  if (what.type === 'arrive') return arrive(world, what.link, what.to);
  if (what.type === 'start') return feed(world, what.node, { type: 'ManualStart' })[0];
  const [timer, connection] = what.timer.split('/') as [Timer, Connection | ''];
  const at = Math.max(world.at, world.nodes[what.node].timers.get(what.timer) ?? 0);
  const next = withTimer({ ...world, at }, what.node, what.timer, null);
  return feed(next, what.node, { type: 'TimerExpires', timer, connection: connection || null })[0];
};

/** The network breaks a connection: what is on its way is lost, and both ends hear of it. */
export const breakLink = (world: World, index: number): World => {
  let next = world;
  for (const name of ['A', 'B'] as const) {
    const { inbox, closedBy } = next.links[index]!;
    if (closedBy.includes(name)) continue;
    const kept = inbox[name].filter(({ type }) => type !== 'bytes');
    next = withInbox(next, index, name, [...kept, { type: 'failed', because: 'connection reset' }]);
  }
  return next;
};

/** What may arrive, at whom. */
export const arrivals = (world: World): Move[] =>
  world.links.flatMap((link, index) =>
    (['A', 'B'] as const).flatMap((to): Move[] =>
      link.inbox[to].length === 0 ? [] : [{ type: 'arrive', link: index, to }],
    ),
  );

/** The timer that is due next. */
export const nextExpiry = (world: World): Move | null => {
  const due = (['A', 'B'] as const).flatMap((node) =>
    [...world.nodes[node].timers].map(([timer, at]) => ({ node, timer, at })),
  );
  const [first] = due.sort((a, b) => a.at - b.at);
  return first === undefined ? null : { type: 'expire', node: first.node, timer: first.timer };
};

/** The one connection on which both are Established; `null` when there is none or they disagree. */
export const sharedLink = ({ nodes, links }: World): number | null => {
  const linksOf = (name: Name): (number | null)[] =>
    (['outgoing', 'incoming'] as const)
      .filter((connection) => nodes[name].session[connection].state === 'Established')
      .map((connection) => nodes[name].slots[connection]);
  const [a, b] = [linksOf('A'), linksOf('B')];
  if (a.length !== 1 || b.length !== 1 || a[0] !== b[0] || a[0] === undefined || a[0] === null) return null;
  return links[a[0]] === undefined ? null : a[0];
};
