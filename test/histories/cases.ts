import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CONTENDERS } from '../interop/matrix/contenders.ts';
import { type Lab, type LabSettings, startLab } from '../interop/matrix/lab.ts';
import { until } from '../interop/poll.ts';
import { run } from '../interop/process.ts';
import type { Vipcast } from '../interop/vipcast.ts';

/** The routers that histories are recorded with. */
export type RouterName = 'frr' | 'bird';

/** What happens between one vipcast and one router, from an empty log to the end of the daemon. */
interface Case {
  readonly routers: readonly RouterName[];
  readonly settings: LabSettings;
  readonly happen: (lab: Lab) => Promise<void>;
}

const BOTH = ['frr', 'bird'] as const;

const WEB = { name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] };
/** Longer than a router waits before it dials again; nothing can be asked of it meanwhile. */
const ROUTER_TIMER = 2000;

const command = async (vipcast: Vipcast, ...words: readonly string[]): Promise<void> => {
  const { code, stderr } = await vipcast.cli(...words);
  if (code !== 0) throw new Error(`vipcast ${words.join(' ')} ended with ${code}: ${stderr}`);
};

/** Waits until the log tells of this. */
const logged = ({ vipcast, logs }: Lab, words: RegExp): Promise<unknown> =>
  until(async () => words.test((await vipcast.cli('log', '-o', 'json')).stdout), {
    what: String(words),
    timeout: 20_000,
    explain: logs,
  });

const signalRouter = async ({ router }: Lab, signal: NodeJS.Signals): Promise<void> => {
  const pids = await run(null, ['ip', 'netns', 'pids', router.host.namespace]);
  for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid), signal);
};

/**
 * A router that is stopped still takes connections, as far as TCP goes: vipcast's waits there while the router's own
 * timer runs out, and when the router goes on it dials before it looks at what has come.
 */
const collide = async (lab: Lab): Promise<void> => {
  await lab.established();
  await lab.vipcast.kill();
  await until(async () => ['Active', 'Connect'].includes((await lab.router.session()).state), {
    what: 'the router to dial again',
    interval: 5,
  });
  for (const name of await readdir(lab.vipcast.folder))
    if (name.startsWith('journal.db')) await rm(join(lab.vipcast.folder, name));
  await signalRouter(lab, 'SIGSTOP');
  try {
    await lab.vipcast.restart();
    await logged(lab, /"to":"OpenSent"/);
    await delay(ROUTER_TIMER);
  } finally {
    await signalRouter(lab, 'SIGCONT');
  }
  await logged(lab, /Connection Collision Resolution/);
  await lab.established();
};

/** Every case, by the name that its history bears. */
export const CASES: Readonly<Record<string, Case>> = {
  'announce-withdraw': {
    routers: BOTH,
    settings: { vips: [WEB], policy: [{ match: { families: ['ipv6-unicast'] }, set: { med: 50 } }] },
    happen: async (lab) => {
      await lab.established();
      await command(lab.vipcast, 'announce', '198.51.100.1', '2001:db8:2::1');
      await command(lab.vipcast, 'withdraw', '198.51.100.1');
      await lab.configure({ vips: [] });
      await logged(lab, /removed-from-config/);
      await lab.hears('ipv4', 'ipv4-unicast', []);
    },
  },
  // BIRD looks at what has come first.
  collision: { routers: ['frr'], settings: { vias: ['ipv4'], dials: 'both', vips: [WEB] }, happen: collide },
  'refused-open': {
    routers: BOTH,
    settings: { vias: ['ipv4'], peer: { peerASN: 65_009 } },
    happen: (lab) => logged(lab, /Bad Peer AS/).then(() => {}),
  },
  'hold-timer': {
    routers: BOTH,
    settings: { vias: ['ipv4'], vips: [WEB], peer: { holdTime: '3s' } },
    happen: async (lab) => {
      await lab.established();
      await lab.network.cut('router');
      await logged(lab, /"name":"Hold Timer Expired"/);
      await lab.network.mend('router');
      await lab.established(60_000);
    },
  },
  'operator-reset': {
    routers: BOTH,
    settings: { vias: ['ipv4'], vips: [WEB] },
    happen: async (lab) => {
      await lab.established();
      await command(lab.vipcast, 'reset', 'ipv4', '--timeout', '60s');
      await lab.established();
    },
  },
};

/** Lets a case happen, stops the daemon, and hands over what it leaves. */
export const enact = async (
  name: string,
  router: RouterName,
  keep: (vipcast: Vipcast) => Promise<void>,
): Promise<void> => {
  const { settings, happen } = CASES[name]!;
  await using lab = await startLab(CONTENDERS[router], settings);
  await happen(lab);
  await lab.vipcast.stop();
  await keep(lab.vipcast);
};
