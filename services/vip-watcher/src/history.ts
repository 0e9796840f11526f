import type { Config } from '@vipcast/config';
import { type Cause, causeOf, type RecordedFact } from '@vipcast/events';
import type { Drain, Input, RestoredVip } from '@vipcast/vip';
import { configIn, drainOf, inputOf, restoredOf } from './facts.ts';

/** An input and the fact that it came from. */
export interface Caused {
  readonly input: Input;
  readonly cause: Cause | undefined;
  /** All of the configuration that an input is about. */
  readonly config?: Partial<Config> | undefined;
}

/** What a fact of this node asks of the watcher; `undefined` when it is none of its business. */
export const causedBy = (fact: RecordedFact): Caused | undefined => {
  const input = inputOf(fact);
  return input && { input, cause: causeOf(fact), config: configIn(fact) };
};

/** What was said of a VIP, and the boot of the machine in which it was; earlier releases did not write that down. */
interface Spoken {
  readonly said: RestoredVip;
  readonly boot: string | undefined;
}

const restoredIn = (now: string | undefined, { said, boot }: Spoken): RestoredVip =>
  now === undefined || boot === undefined || boot === now ? said : { ...said, bootedSince: true };

/**
 * Where a watcher goes on after a restart: what was last said of each VIP and of the node's drain, then the configuration in force, then
 * the wishes that nobody has answered, in order.
 *
 * A wish is answered by a fact that it caused. Wishes are taken in order, so an answer settles those before it too.
 * @param facts this node's facts of the aggregates node, vip and operator, in order
 */
export const resume = (facts: Iterable<RecordedFact>): readonly Caused[] => {
  const vips = new Map<string, Spoken>();
  let boot: string | undefined;
  let drain: Drain | undefined;
  let config: Caused | undefined;
  let wishes: Caused[] = [];
  for (const fact of facts) {
    const settled = wishes.findIndex(({ cause }) => cause?.causationId === fact.causationId);
    if (settled >= 0) wishes = wishes.slice(settled + 1);
    const said = restoredOf(fact);
    if (said) vips.set(said.name, { said, boot });
    if (fact.type === 'node.Started') boot = fact.data.bootId;
    drain = drainOf(fact) ?? drain;
    const caused = causedBy(fact);
    if (caused === undefined) continue;
    if (caused.input.type === 'ConfigApplied') config = caused;
    else wishes.push(caused);
  }
  const restored: Caused = {
    input: {
      type: 'Restored',
      vips: [...vips.values()].map((each) => restoredIn(boot, each)),
      ...(drain ? { drain } : {}),
    },
    cause: undefined,
  };
  return [restored, ...(config ? [config] : []), ...wishes];
};
