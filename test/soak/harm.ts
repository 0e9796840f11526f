import { leaderOf } from '../cluster/leading.ts';
import { run } from '../interop/process.ts';
import { makeTalkative, type SoakLab, type SoakNode } from './lab.ts';
import { SERVERS } from './names.ts';
import type { Step } from './schedule.ts';

/** Undoes what was done. */
export type Undo = () => Promise<void>;

/** A step that is done to machines and the wires between them: nobody may withdraw anything for it. */
export type Harm = Exclude<Step, { readonly fault: 'announce' | 'withdraw' | 'fail-probe' | 'edit-config' }>;

/** An Ethernet address that nobody has. */
const NOWHERE = '02:00:00:00:ff:ff';

/** Frames to the servers go nowhere, and nobody is told. */
const isolate = async ({ network }: SoakLab, { host }: SoakNode): Promise<Undo> => {
  const neighbors = (verb: string, ...more: readonly string[]): Promise<unknown> =>
    Promise.all(
      SERVERS.map((name) => {
        const about = [network.hosts[name].ipv4, ...more, 'dev', host.interface];
        return run(null, ['ip', '-n', host.namespace, 'neigh', verb, ...about]);
      }),
    );
  await neighbors('replace', 'lladdr', NOWHERE, 'nud', 'permanent');
  return async () => void (await neighbors('del'));
};

/** Killed, and started again. */
const kill = async (victim: { kill(): Promise<void>; restart(): Promise<void> }): Promise<Undo> => {
  await victim.kill();
  return victim.restart;
};

/** Does harm to a lab. */
export const harm = async (lab: SoakLab, step: Harm): Promise<Undo> => {
  const { network, servers, nodes, routers } = lab;
  switch (step.fault) {
    case 'kill-server':
      return kill(servers[step.on]);
    case 'kill-leader':
      return kill(leaderOf(Object.values(servers)));
    case 'freeze-server':
      servers[step.on].freeze();
      return async () => servers[step.on].thaw();
    case 'cut-server':
    case 'cut-node':
      await network.cut(step.on);
      return () => network.mend(step.on);
    case 'isolate-node':
      return isolate(lab, nodes[step.on]);
    case 'kill-node':
      return kill(nodes[step.on].vipcast);
    case 'freeze-node': {
      const pid = nodes[step.on].vipcast.pid();
      process.kill(pid, 'SIGSTOP');
      return async () => void process.kill(pid, 'SIGCONT');
    }
    case 'restart-router': {
      const restart = await kill(routers[step.on]);
      return async () => {
        await restart();
        await makeTalkative(routers[step.on]);
      };
    }
  }
};
