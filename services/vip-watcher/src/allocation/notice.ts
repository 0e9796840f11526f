import { apiVersionOf, type InvolvedObject, type Notice, SERVICES } from '@vipcast/kubernetes';
import type { AllocationVerdict, Assignment } from '@vipcast/vip/allocation';

/** `no-free-address` as `NoFreeAddress`. */
const camelCase = (reason: string): string =>
  reason.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const objectOf = ({ key, uid }: Pick<Assignment, 'key' | 'uid'>): InvolvedObject => {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion: apiVersionOf(SERVICES), kind: SERVICES.kind, namespace, name, uid };
};

/** What to tell at a Service about how it stands; `undefined` where all is as it should be. */
export const noticeOf = (verdict: AllocationVerdict): Notice | undefined => {
  const { reason, because } = verdict;
  if (reason === 'allocated' || reason === 'foreign') return undefined;
  return {
    object: objectOf(verdict),
    type: reason === 'one-family' ? 'Normal' : 'Warning',
    reason: camelCase(reason),
    message: because,
  };
};

/** What to tell at a Service whose status was written. */
export const writtenNotice = (assignment: Assignment): Notice => {
  const { addresses } = assignment;
  const object = objectOf(assignment);
  return addresses.length === 0
    ? { object, type: 'Normal', reason: 'AddressTaken', message: 'has no address any more' }
    : { object, type: 'Normal', reason: 'AddressAssigned', message: `has ${addresses.join(', ')}` };
};

/** What to tell at a Service whose status the API server does not take. */
export const unwritableNotice = (assignment: Assignment, because: string): Notice => ({
  object: objectOf(assignment),
  type: 'Warning',
  reason: 'AddressNotWritten',
  message: because,
});
