import type { Draft } from '../draft.ts';
import { conflict, type Problem } from '../problem.ts';

/** What cannot work about the Kubernetes source. */
export const checkKubernetes = ({ kubernetes, log }: Draft): readonly Problem[] => {
  const problems: Problem[] = [];
  if (kubernetes?.allocate && kubernetes.resources === false)
    problems.push(
      conflict(
        ['kubernetes', 'allocate'],
        true,
        'addresses come out of VIPPools, and resources is false',
        'leave resources out, or allocate',
      ),
    );
  if (kubernetes?.alsoWithoutClass && !kubernetes.loadBalancerClass)
    problems.push(
      conflict(
        ['kubernetes', 'alsoWithoutClass'],
        true,
        'without loadBalancerClass only Services without a class are taken anyway',
        'leave it out, or set loadBalancerClass',
      ),
    );
  if (kubernetes?.sharedWatcher && !log?.nats)
    problems.push(
      conflict(
        ['kubernetes', 'sharedWatcher'],
        true,
        'the watching node tells the others over NATS, and log.nats is not set',
        'set log.nats, or leave sharedWatcher out',
      ),
    );
  return problems;
};
