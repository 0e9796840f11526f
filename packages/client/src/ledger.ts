/** What makes a fact itself: its writer's own count of it. */
export interface Counted {
  readonly writer: string;
  readonly epoch: number;
  readonly n: number;
}

/** Facts of a writer that did not come, both ends included. */
export interface Gap {
  readonly writer: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/** What may be handed on, in order, and what is given up. */
export interface Released<F> {
  readonly facts: readonly F[];
  readonly gaps: readonly Gap[];
}

/**
 * Lets every fact through once, in the order of its writer. A stream may have a fact twice, and may have some late that
 * it had lost: those after them wait.
 */
export interface Ledger<F extends Counted> {
  /** @param time when the stream took it, in milliseconds */
  take(fact: F, time: number): readonly F[];
  /** Waits no longer for what was missing at `time` less the patience. What comes yet later is let through then. */
  giveUp(time: number): Released<F>;
  /** How many wait. */
  waiting(): number;
}

interface Account {
  /** The last n let through. */
  reached: number;
  gaps: { from: number; to: number }[];
}

interface Writer<F> {
  /** Before this epoch, what comes was before the beginning. */
  readonly first: number;
  readonly epochs: Map<number, Account>;
  /** By epoch and n. */
  early: { readonly fact: F; readonly time: number }[];
}

const MOST = 50_000;

/** Takes n out of the gap that it lies in; false when it lies in none. */
const fill = (account: Account, n: number): boolean => {
  const gap = account.gaps.find(({ from, to }) => from <= n && n <= to);
  if (gap === undefined) return false;
  account.gaps = account.gaps
    .flatMap((each) =>
      each === gap
        ? [
            { from: each.from, to: n - 1 },
            { from: n + 1, to: each.to },
          ]
        : [each],
    )
    .filter(({ from, to }) => from <= to);
  return true;
};

/**
 * @param options.whole whether the stream is read from its very first message; otherwise what is first seen of a writer
 * is where it begins
 * @param options.patience how long to wait for what is missing, in milliseconds
 */
export const createLedger = <F extends Counted>(options: {
  readonly whole: () => boolean;
  readonly patience: number;
}): Ledger<F> => {
  const writers = new Map<string, Writer<F>>();
  let size = 0;

  const accountOf = (writer: Writer<F>, epoch: number, reached: number): Account => {
    const account = writer.epochs.get(epoch) ?? { reached, gaps: [] };
    writer.epochs.set(epoch, account);
    return account;
  };

  const writerOf = ({ writer: name, epoch, n }: F): Writer<F> => {
    const known = writers.get(name);
    if (known !== undefined) return known;
    const writer: Writer<F> = { first: options.whole() ? 0 : epoch, epochs: new Map(), early: [] };
    if (!options.whole()) accountOf(writer, epoch, n - 1);
    writers.set(name, writer);
    return writer;
  };

  const isNext = (writer: Writer<F>, { epoch, n }: F): boolean =>
    n === accountOf(writer, epoch, 0).reached + 1;

  const pass = (writer: Writer<F>, fact: F): F => {
    accountOf(writer, fact.epoch, 0).reached = fact.n;
    return fact;
  };

  /** Those at the head that wait for nothing any more. */
  const drain = (writer: Writer<F>): F[] => {
    const passed: F[] = [];
    let taken = 0;
    for (const { fact } of writer.early) {
      if (!isNext(writer, fact)) break;
      passed.push(pass(writer, fact));
      taken += 1;
    }
    if (taken > 0) writer.early = writer.early.slice(taken);
    size -= taken;
    return passed;
  };

  const keep = (writer: Writer<F>, fact: F, time: number): void => {
    const after = writer.early.findLastIndex(
      ({ fact: { epoch, n } }) => epoch < fact.epoch || (epoch === fact.epoch && n <= fact.n),
    );
    const before = writer.early[after]?.fact;
    if (before?.epoch === fact.epoch && before.n === fact.n) return;
    writer.early.splice(after + 1, 0, { fact, time });
    size += 1;
  };

  /** Leaves out what is missing before the first one that waits. */
  const skip = (writer: Writer<F>): Gap | undefined => {
    const head = writer.early[0]?.fact;
    if (head === undefined) return undefined;
    const account = accountOf(writer, head.epoch, 0);
    const gap = { from: account.reached + 1, to: head.n - 1 };
    account.gaps.push(gap);
    account.reached = gap.to;
    return { writer: head.writer, epoch: head.epoch, ...gap };
  };

  return {
    take: (fact, time) => {
      const writer = writerOf(fact);
      if (fact.epoch < writer.first) return [];
      const account = accountOf(writer, fact.epoch, 0);
      if (fact.n <= account.reached) return fill(account, fact.n) ? [fact] : [];
      if (writer.early.length === 0 && isNext(writer, fact)) return [pass(writer, fact)];
      keep(writer, fact, time);
      return drain(writer);
    },
    giveUp: (time) => {
      const facts: F[] = [];
      const gaps: Gap[] = [];
      for (const writer of writers.values()) {
        const isLate = (): boolean =>
          size > MOST || writer.early.some((each) => time - each.time > options.patience);
        while (writer.early.length > 0 && isLate()) {
          const gap = skip(writer);
          if (gap !== undefined) gaps.push(gap);
          facts.push(...drain(writer));
        }
      }
      return { facts, gaps };
    },
    waiting: () => size,
  };
};
