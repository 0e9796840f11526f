import { NODES, type NodeName, ROUTERS, type RouterName, SERVERS, type ServerName } from './names.ts';
import { createRandom, type Random } from './random.ts';

/** One shape for each fault, so that asking for one leaves the others. */
type Of<F extends string, On> = F extends string ? { readonly fault: F; readonly on: On } : never;

/** What is done, at how many milliseconds of the run, and after how many more it is undone. */
export type Step = { readonly at: number; readonly lasts: number } & (
  | Of<'kill-server' | 'freeze-server' | 'cut-server', ServerName>
  | Of<'kill-leader', 'stream'>
  | Of<'kill-node' | 'freeze-node', NodeName>
  /** `cut`: from everything; `isolate`: from the NATS servers alone. */
  | Of<'cut-node' | 'isolate-node', NodeName>
  | Of<'fail-probe' | 'edit-config', NodeName>
  | Of<'restart-router', RouterName>
  | (Of<'announce' | 'withdraw', NodeName> & { readonly address: string })
);

/** The name of what is done. */
export type Fault = Step['fault'];

interface Kind {
  readonly fault: Exclude<Fault, 'announce' | 'withdraw'>;
  readonly on: readonly Step['on'][];
  /** Two faults of one resource never happen to the same target at once. */
  readonly resource: 'process' | 'link' | 'probe' | 'config';
  readonly lasts: readonly [least: number, most: number];
}

/** Beyond 9 s a session ends, beyond 20 s a node is held to be gone. */
const KINDS: readonly Kind[] = [
  { fault: 'kill-server', on: SERVERS, resource: 'process', lasts: [500, 8000] },
  { fault: 'freeze-server', on: SERVERS, resource: 'process', lasts: [1000, 12_000] },
  { fault: 'cut-server', on: SERVERS, resource: 'link', lasts: [1000, 12_000] },
  { fault: 'kill-leader', on: ['stream'], resource: 'process', lasts: [500, 8000] },
  { fault: 'kill-node', on: NODES, resource: 'process', lasts: [200, 6000] },
  { fault: 'freeze-node', on: NODES, resource: 'process', lasts: [1000, 14_000] },
  { fault: 'cut-node', on: NODES, resource: 'link', lasts: [1000, 14_000] },
  { fault: 'isolate-node', on: NODES, resource: 'link', lasts: [2000, 25_000] },
  { fault: 'fail-probe', on: NODES, resource: 'probe', lasts: [2000, 8000] },
  { fault: 'edit-config', on: NODES, resource: 'config', lasts: [1000, 6000] },
  { fault: 'restart-router', on: ROUTERS, resource: 'process', lasts: [300, 4000] },
];

/** After something was undone it is left in peace for so long. */
const REST = 1000;
const PAUSE = [200, 2200] as const;
const ADDRESSES = 4;

interface Plan {
  readonly random: Random;
  /** Until when a resource of a target is taken. */
  readonly busy: Map<string, number>;
  /** What operators have announced. */
  readonly announced: Set<string>;
}

/** One of a node's own addresses is announced, or withdrawn if it was announced before. */
const wish = ({ random, announced }: Plan, at: number): Step => {
  const on = random.pick(NODES);
  const address = `198.51.100.${10 * (NODES.indexOf(on) + 1) + random.below(ADDRESSES)}`;
  const fault = announced.delete(address) ? 'withdraw' : 'announce';
  if (fault === 'announce') announced.add(address);
  return { at, lasts: 0, fault, on, address };
};

const keysOf = ({ resource }: Kind, on: Step['on']): readonly string[] =>
  on === 'stream' ? SERVERS.map((name) => `${resource} ${name}`) : [`${resource} ${on}`];

/** Something that is possible now; a wish if everything is taken. */
const disturb = (plan: Plan, at: number): Step => {
  const { random, busy } = plan;
  const kind = random.pick(KINDS);
  const on = random.pick(kind.on);
  const lasts = random.between(...kind.lasts);
  const keys = keysOf(kind, on);
  if (keys.some((key) => (busy.get(key) ?? 0) > at)) return wish(plan, at);
  for (const key of keys) busy.set(key, at + lasts + REST);
  return { at, lasts, fault: kind.fault, on } as Step;
};

/**
 * What is done to a cluster, and when: the same for the same seed, and a longer one begins as a shorter one does.
 * @param duration in milliseconds; nothing begins later
 */
export const scheduleOf = (seed: number, duration: number): readonly Step[] => {
  const random = createRandom(seed);
  const plan: Plan = { random, busy: new Map(), announced: new Set() };
  const steps: Step[] = [];
  for (let at = random.between(...PAUSE); at < duration; at += random.between(...PAUSE))
    steps.push(random.below(3) === 0 ? wish(plan, at) : disturb(plan, at));
  return steps;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A step for people. */
export const describeStep = (step: Step): string => {
  const what = 'address' in step ? `${step.fault} ${step.address} on ${step.on}` : `${step.fault} ${step.on}`;
  return `${seconds(step.at).padStart(9)}  ${what}${step.lasts === 0 ? '' : ` for ${seconds(step.lasts)}`}`;
};
