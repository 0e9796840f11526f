import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { answerSchema, formatWishSubject, type Wish, type WishAnswer } from '@vipcast/events';
import { errors } from 'nats';
import type { Link } from './connection.ts';

/** Who is asked, and how patiently. */
export interface Ask {
  /** The nodes that are meant: each answers for itself. */
  readonly nodes: string | readonly string[];
  /** How long to ask again until a node answers, in milliseconds; default 5000. */
  readonly timeout?: number;
  /** Names the wish: asked again under the same id, nothing is done twice. Left out: a new one. */
  readonly id?: string;
}

/** Who is to be drained. */
export interface AskDrain extends Ask {
  /** Although no other node announces what they do. Left out: such a node refuses. */
  readonly force?: boolean;
}

/**
 * What one node said. `accepted`: it is in the node's log as `fact`, and what becomes of it are facts with that
 * `correlationId`. `refused` and `failed`: nothing was done. `unanswered`: not known; the same id may be asked again.
 */
export type Answered =
  | WishAnswer
  | { readonly outcome: 'unanswered'; readonly node: string; readonly because: string };

/** A wish without what every wish has. */
export type Wished = Wish extends infer Each ? (Each extends Wish ? Omit<Each, 'v' | 'id'> : never) : never;

const TIMEOUT = 5000;
/** An answer that takes longer than this got lost. */
const LOST = 1000;
const AGAIN = 200;

const read = (node: string, text: string): Answered => {
  try {
    const answer = answerSchema.safeParse(JSON.parse(text));
    if (answer.success && answer.data.node === node) return answer.data;
  } catch {
    // Not JSON: the same as any other nonsense.
  }
  return { outcome: 'unanswered', node, because: 'the answer is none' };
};

const explain = (error: unknown, node: string): string => {
  if (error instanceof errors.NoRespondersError || (error as Error).cause instanceof errors.NoRespondersError)
    return `nobody takes wishes for node ${node}`;
  if (error instanceof errors.TimeoutError) return `node ${node} does not answer`;
  return (error as Error).message;
};

const isForbidden = (error: unknown): boolean =>
  error instanceof errors.PermissionViolationError ||
  (error as Error).cause instanceof errors.PermissionViolationError;

const askNode = async (
  { nc, cluster, name }: Link,
  node: string,
  wish: Wish,
  timeout: number,
): Promise<Answered> => {
  const subject = formatWishSubject({ cluster, node, by: name });
  const until = performance.now() + timeout;
  for (;;) {
    const left = until - performance.now();
    try {
      const message = await nc.request(subject, JSON.stringify(wish), {
        timeout: Math.max(1, Math.min(LOST, left)),
      });
      return read(node, message.string());
    } catch (error) {
      if (isForbidden(error))
        return {
          outcome: 'unanswered',
          node,
          because: `the server does not let ${name} ask: ${explain(error, node)}`,
        };
      if (until - performance.now() <= AGAIN)
        return { outcome: 'unanswered', node, because: explain(error, node) };
    }
    await delay(AGAIN);
  }
};

/**
 * Asks nodes for something, each until it answers or time runs out. A node that is away is not asked later: nothing
 * happens after this has returned but what was accepted.
 */
export const ask = (
  link: Link,
  wished: Wished,
  { nodes, timeout = TIMEOUT, id = randomUUID() }: Ask,
): Promise<readonly Answered[]> => {
  const wish: Wish = { v: 1, id, ...wished };
  const meant = typeof nodes === 'string' ? [nodes] : [...new Set(nodes)];
  return Promise.all(meant.map((node) => askNode(link, node, wish, timeout)));
};
