import { setTimeout as delay } from 'node:timers/promises';
import type { Excuse, Promised } from './evidence.ts';
import { harm, type Undo } from './harm.ts';
import { type SoakLab, VIPS } from './lab.ts';
import { NODES, type NodeName } from './names.ts';
import type { Step } from './schedule.ts';

/** Does what a schedule says to a lab and undoes it, and remembers what follows from that. */
export interface Nemesis {
  /** Resolves once the step has been undone. */
  perform(step: Step): Promise<void>;
  readonly promised: readonly Promised[];
  excuses(): readonly Excuse[];
  /** What operators want announced on a node. */
  wished(node: NodeName): ReadonlySet<string>;
}

type Wish = Extract<Step, { readonly address: string }>;
type Change = Extract<Step, { readonly fault: 'fail-probe' | 'edit-config' }>;

const WISH_TYPES = {
  announce: 'operator.AnnounceRequested',
  withdraw: 'operator.WithdrawRequested',
} as const;
/** How long after its cause something may still be decided: the process may be stopped or dead meanwhile. */
const LATE = 30_000;
/** Clocks of two processes can be a moment apart. */
const MOMENT = 100;

/** A nemesis for one lab. */
export const createNemesis = (lab: SoakLab): Nemesis => {
  const promised: Promised[] = [];
  const excuses: { node: NodeName; address: string; from: number; to: number }[] = [];
  const wished = new Map<NodeName, Set<string>>(NODES.map((name) => [name, new Set()]));
  const turns = new Map<NodeName, Promise<void>>();

  /** From now on the address may go; until it is wanted again. */
  const excuse = (node: NodeName, address: string): void => {
    excuses.push({ node, address, from: Date.now() - MOMENT, to: Number.POSITIVE_INFINITY });
  };
  const wantAgain = (node: NodeName, address: string): void => {
    for (const each of excuses)
      if (each.node === node && each.address === address) each.to = Math.min(each.to, Date.now() + LATE);
  };

  const tell = async ({ fault, on, address }: Wish): Promise<void> => {
    const from = Date.now() - MOMENT;
    if (fault === 'withdraw') excuse(on, address);
    const { code, stderr } = await lab.nodes[on].vipcast.cli(fault, address, '--timeout', '2s');
    if (code !== 0 && !/is recorded|decided to/.test(stderr)) return;
    promised.push({ node: on, type: WISH_TYPES[fault], address, from, to: Date.now() + MOMENT });
    if (fault === 'withdraw') wished.get(on)?.delete(address);
    else {
      wished.get(on)?.add(address);
      wantAgain(on, address);
    }
  };

  /** Operators of a node speak one after the other. */
  const inTurn = (wish: Wish): Promise<void> => {
    const turn = (turns.get(wish.on) ?? Promise.resolve()).then(() => tell(wish));
    turns.set(wish.on, turn);
    return turn;
  };

  const change = async ({ fault, on }: Change): Promise<Undo> => {
    const node = lab.nodes[on];
    const [set, [address]] =
      fault === 'fail-probe' ? ([node.heal, VIPS.probed] as const) : ([node.edit, VIPS.spare] as const);
    excuse(on, address);
    await set(false);
    return async () => {
      await set(true);
      wantAgain(on, address);
    };
  };

  return {
    perform: async (step) => {
      if (step.fault === 'announce' || step.fault === 'withdraw') return inTurn(step);
      const undo =
        step.fault === 'fail-probe' || step.fault === 'edit-config'
          ? await change(step)
          : await harm(lab, step);
      await delay(step.lasts);
      await undo();
    },
    promised,
    excuses: () => excuses,
    wished: (node) => wished.get(node) ?? new Set(),
  };
};
