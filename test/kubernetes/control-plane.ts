import { spawn } from 'node:child_process';
import { NODE, ROOT } from '../interop/node-binary.ts';

/** The API server of a control-plane node, with an etcd of its own, on 127.0.0.1 and all other addresses of the node. */
export interface NodeApiServer extends AsyncDisposable {
  readonly port: number;
  /** The file with the certificate of the authority that signed its own. */
  readonly authorityFile: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly problem: string | null;
  readonly port: number;
  readonly folder: string;
}

/** Starts one in a network namespace, and waits until it is ready. */
export const startNodeApiServer = async (namespace: string): Promise<NodeApiServer> => {
  const child = spawn(
    'ip',
    ['netns', 'exec', namespace, NODE, `${ROOT}/test/kubernetes/control-plane-main.ts`],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  child.on('message', (message) => {
    const answer = message as Answer;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.problem === null) asked?.resolve(answer);
    else asked?.reject(new Error(answer.problem));
  });
  let lastId = 0;
  const tell = (verb: string): Promise<Answer> => {
    const reply = Promise.withResolvers<Answer>();
    lastId += 1;
    waiting.set(lastId, reply);
    child.send({ id: lastId, verb });
    return Promise.race([
      reply.promise,
      exited.then(() => Promise.reject(new Error('the API server has gone'))),
    ]);
  };
  const end = async (): Promise<void> => {
    await tell('stop').catch(() => undefined);
    child.kill('SIGKILL');
    await exited;
  };
  const { port, folder } = await tell('begin').catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const simply = (verb: string) => async (): Promise<void> => {
    await tell(verb);
  };
  return {
    port,
    authorityFile: `${folder}/authority.crt`,
    kill: simply('kill'),
    start: simply('start'),
    freeze: simply('freeze'),
    thaw: simply('thaw'),
    [Symbol.asyncDispose]: end,
  };
};
