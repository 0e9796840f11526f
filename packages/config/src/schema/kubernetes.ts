import { z } from 'zod';
import { filePath, flag, label, text } from './scalar.ts';

const loadBalancerClass = text('a load balancer class', (written) =>
  /^[\w./-]{1,253}$/.test(written) ? written : undefined,
);

const taint = text('the key of a taint, such as node.kubernetes.io/unschedulable', (written) =>
  /^[\w./-]{1,317}$/.test(written) ? written : undefined,
);

/** The section `kubernetes`. */
export const kubernetes = z.strictObject(
  {
    enabled: flag.nullish(),
    kubeconfig: filePath.nullish(),
    loadBalancerClass: loadBalancerClass.nullish(),
    alsoWithoutClass: flag.nullish(),
    namespace: label.nullish(),
    externalIPs: flag.nullish(),
    resources: flag.nullish(),
    allocate: flag.nullish(),
    sharedWatcher: flag.nullish(),
    drainTaints: z.array(taint, { error: 'a list of taint keys' }).nullish(),
    drainOnCordon: flag.nullish(),
    secretsDirectory: filePath.nullish(),
  },
  { error: 'a mapping such as { enabled: false }' },
);
