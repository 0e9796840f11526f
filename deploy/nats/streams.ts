#!/usr/bin/env node
/**
 * Makes the two streams of a cluster, with an administrator's key: nodes may not. Run once when the servers are up; it
 * can be run again, and changes nothing that is there.
 *
 *   node deploy/nats/streams.ts --nats tls://10.0.0.11:4222 --cluster prod --credentials nats/keys/admin.nkey --ca nats/ca.pem
 */
import { parseArgs } from 'node:util';
import { makeStreams } from '@vipcast/log/replication';

try {
  const { values } = parseArgs({
    options: {
      nats: { type: 'string', multiple: true },
      cluster: { type: 'string', default: 'default' },
      credentials: { type: 'string' },
      ca: { type: 'string' },
      replicas: { type: 'string', default: '3' },
    },
  });
  if (values.nats === undefined) throw new Error('say where NATS is: --nats tls://HOST:4222');
  const made = await makeStreams(
    {
      servers: values.nats,
      credentials: values.credentials ?? null,
      ca: values.ca ?? null,
      replicas: Number(values.replicas),
    },
    values.cluster,
  );
  for (const { name, differences } of made) {
    process.stdout.write(
      `${name}: ${differences.length === 0 ? 'as it should be' : differences.join('; ')}\n`,
    );
    if (differences.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 4;
}
