import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NODE } from '../../interop/node-binary.ts';
import { ON_ALL_CORES } from '../cores.ts';
import type { Speaker, SpeakerKind } from './speaker.ts';

/**
 * Hardly a speaker: one of its threads tells the other, which writes bytes that were ready. What this machine takes for
 * the way alone, with nothing decided, recorded or packed. For one peer, and the VIP 203.0.113.1.
 */
export const bare: SpeakerKind = {
  name: 'the way alone',
  way: 'message to a thread',
  version: async () => process.version,
  start: async ({ peers: [peer] }): Promise<Speaker> => {
    const [program, ...words] = [
      ...ON_ALL_CORES,
      NODE,
      join(import.meta.dirname, 'bare-process.ts'),
      JSON.stringify(peer),
    ];
    const child = spawn(program!, words, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    const say = async (isAnnounced: boolean): Promise<bigint> => {
      const told = once(child, 'message');
      child.send(isAnnounced);
      return (await told)[0].at;
    };
    return {
      pid: child.pid!,
      logs: () => '',
      loaded: async () => {},
      announce: () => say(true),
      withdraw: () => say(false),
      [Symbol.asyncDispose]: async () => {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      },
    };
  },
};
