import { spawn } from 'node:child_process';
import { NODE, ROOT } from './node-binary.ts';
import { until } from './poll.ts';
import type { ReceivedUpdate, ReceiverConfig } from './receiver.ts';

/** What a receiver can say in one breath. */
export interface ReceiverState {
  readonly port: number;
  readonly open?: Uint8Array;
  readonly established: boolean;
  readonly establishedCount: number;
}

/** All it has recorded, besides. */
export interface ReceiverRecord extends ReceiverState {
  readonly updates: readonly ReceivedUpdate[];
  readonly others: readonly Uint8Array[];
}

/** A receiver in a process of its own: for a network namespace, or so that nothing else delays its clock. */
export interface ReceiverProcess extends AsyncDisposable {
  readonly port: number;
  state(): Promise<ReceiverState>;
  record(): Promise<ReceiverRecord>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
  send(bytes: Uint8Array): Promise<void>;
}

/**
 * Starts a receiver process in a network namespace or, with null, in ours. Its times are `process.hrtime`, which on Linux
 * all processes of a machine share.
 */
export const startReceiverProcess = async (
  namespace: string | null,
  config: ReceiverConfig,
): Promise<ReceiverProcess> => {
  const argv = [NODE, `${ROOT}/test/interop/receiver-main.ts`, JSON.stringify(config)];
  const [file, ...args] = namespace === null ? argv : ['ip', 'netns', 'exec', namespace, ...argv];
  // The IPC channel is an inherited descriptor and passes through `ip netns exec`; `advanced` carries bigint and bytes.
  const child = spawn(file!, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, PromiseWithResolvers<ReceiverRecord>>();
  let lastId = 0;
  child.on('message', (message) => {
    const { id, answer } = message as { id: number; answer: ReceiverRecord };
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      for (const { reject } of waiting.values()) reject(new Error('the receiver has gone'));
      resolve();
    }),
  );
  const ask = (verb: string, bytes?: Uint8Array): Promise<ReceiverRecord> => {
    const reply = Promise.withResolvers<ReceiverRecord>();
    lastId += 1;
    waiting.set(lastId, reply);
    child.send({ id: lastId, verb, bytes }, (error) => error && reply.reject(error));
    return reply.promise;
  };
  const { port } = await until(() => ask('state'), { what: 'the receiver process to answer' });
  return {
    port,
    state: () => ask('state'),
    record: () => ask('record'),
    clear: async () => void (await ask('clear')),
    disconnect: async () => void (await ask('disconnect')),
    send: async (bytes) => void (await ask('send', bytes)),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};
