import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { discard, scratch } from '../interop/scratch.ts';
import type { Account } from '../kubernetes/administration.ts';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';

/** A cluster that writes down who asked for what. */
export interface AuditedCluster extends AsyncDisposable {
  readonly cluster: Cluster;
  /** What an account has asked for so far. */
  asked(account: Account): readonly Asked[];
}

/** One request, as the API server wrote it down. */
export interface Asked {
  readonly verb: string;
  /** `services`, or with a name `leases/vipcast-status`. */
  readonly what: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
}

const GROUP = 'system:serviceaccounts';

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['ResponseStarted', 'ResponseComplete'],
  rules: [{ level: 'Metadata', userGroups: [GROUP] }, { level: 'None' }],
};

const accountName = ({ namespace, name }: Account): string => `system:serviceaccount:${namespace}:${name}`;

/** Starts one. */
export const startAuditedCluster = async (): Promise<AuditedCluster> => {
  const folder = await scratch('audit');
  const [policy, file] = [join(folder, 'policy.json'), join(folder, 'audit.log')];
  writeFileSync(policy, JSON.stringify(POLICY));
  const cluster = await startCluster({
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${file}`],
  });
  return {
    cluster,
    asked: (account) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .filter(({ user }) => user.username === accountName(account))
        .map(({ verb, objectRef, requestReceivedTimestamp }) => ({
          verb,
          what: [objectRef?.resource, objectRef?.name].filter(Boolean).join('/'),
          at: Date.parse(requestReceivedTimestamp),
        })),
    [Symbol.asyncDispose]: async () => {
      await cluster.stop();
      await discard(folder);
    },
  };
};
