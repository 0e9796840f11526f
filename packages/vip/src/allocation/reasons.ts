/** How a Service stands that has all the addresses it can have. */
export const ALLOCATED_REASONS = {
  allocated: 'It has an address of every family that it wants.',
  'one-family': 'It prefers two families, and the pools have addresses of one.',
  'outside-pools': 'It keeps an address that is in no VIPPool any more.',
  foreign: 'Its addresses were given by somebody else, and are in no VIPPool.',
} as const;

/** Why a Service does not get what it asks for. It keeps what it has. */
export const REFUSED_REASONS = {
  'request-invalid': 'It asks for something that is no address of a service.',
  'request-family': 'It asks for an address of a family that it does not want.',
  'request-outside-pools':
    'It asks for an address that is in no VIPPool, or not in the one that it asks for.',
  'pool-unknown': 'It asks for a VIPPool that does not exist.',
  'pool-not-for-it': 'The VIPPool that it asks for is not for such Services.',
  'address-reserved': 'The address belongs to a VIP of the configuration file.',
  'address-conflict': 'Another Service has the address and does not share it.',
  'no-pool': 'No VIPPool is for such Services.',
  'no-free-address': 'No VIPPool that is for it has a free address.',
} as const;

/** A key of `ALLOCATED_REASONS`. */
export type AllocatedReason = keyof typeof ALLOCATED_REASONS;

/** A key of `REFUSED_REASONS`. */
export type RefusedReason = keyof typeof REFUSED_REASONS;
