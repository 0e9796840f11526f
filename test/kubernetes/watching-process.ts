/**
 * A process that watches all EndpointSlices and keeps a little of each, for what that costs: prints its resident memory
 * before the client was loaded, with it, and with everything listed. Usage: node --expose-gc watching-process.ts KUBECONFIG
 */
const settled = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1024);
};

const bare = settled();
const { ENDPOINT_SLICES, loadAccess, openCluster, watchResource } = await import('@vipcast/kubernetes');
const loaded = settled();
const answer = await loadAccess({ kubeconfig: process.argv[2] });
if (!answer.ok) throw new Error(answer.problem.message);
const cluster = openCluster(answer.access, { version: 'test' });
let objects = 0;
const watch = watchResource(
  {
    cluster,
    resource: ENDPOINT_SLICES,
    project: ({ endpoints }) =>
      Array.isArray(endpoints) ? endpoints.flatMap(({ addresses }) => addresses) : undefined,
  },
  {
    onChange: ({ set }) => {
      objects += set.length;
    },
  },
);
await watch.synced;
process.stdout.write(JSON.stringify({ objects, bare, loaded, synced: settled() }));
watch.stop();
cluster.close();
