import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { NODE } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

/**
 * Makes a port on our 127.0.0.1 reachable on the 127.0.0.1 of a network namespace too, by way of a socket file: files
 * know no namespaces.
 */
export const openPassage = async (namespace: string, port: number): Promise<AsyncDisposable> => {
  const folder = await scratch('passage');
  const file = join(folder, 'socket');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(file);
  await once(server, 'listening');
  const inside = spawn(namespace, [NODE, join(import.meta.dirname, 'passage-main.ts'), `${port}`, file]);
  await until(() => inside.stdout().includes('listening'), {
    what: 'a passage to the API server',
    explain: inside.stderr,
  });
  return {
    [Symbol.asyncDispose]: async () => {
      inside.signal('SIGKILL');
      await inside.exited;
      server.close();
      for (const socket of sockets) socket.destroy();
      await discard(folder);
    },
  };
};
