/** One control-plane node's API server and etcd, in whatever network namespace this runs in; told what to do over IPC. */
import { type Cluster, startCluster } from './api-server.ts';

let cluster: Cluster | undefined;

const obey = async (verb: string): Promise<void> => {
  switch (verb) {
    case 'begin':
      // On all addresses: the VIP is one of them now and then.
      cluster = await startCluster({ flags: ['--bind-address=0.0.0.0'] });
      return;
    case 'kill':
      return cluster?.kill();
    case 'start':
      return cluster?.start();
    case 'freeze':
      return cluster?.freeze();
    case 'thaw':
      return cluster?.thaw();
    case 'stop':
      return cluster?.stop();
  }
};

process.on('message', async ({ id, verb }: { id: number; verb: string }) => {
  const problem = await obey(verb).then(
    () => null,
    (error: unknown) => String(error),
  );
  process.send?.({ id, problem, port: cluster?.port, folder: cluster?.folder });
});
