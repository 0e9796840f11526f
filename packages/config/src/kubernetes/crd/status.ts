import type { Structural } from './structural.ts';

const text = (maxLength: number, pattern?: string): Structural => ({
  type: 'string',
  maxLength,
  ...(pattern === undefined ? {} : { pattern }),
});
const count = (description: string): Structural => ({
  type: 'integer',
  format: 'int64',
  minimum: 0,
  description,
});

/** A list of `metav1.Condition`, one for each type. */
const conditions: Structural = {
  description: 'Accepted: part of the configuration, or why not.',
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
    properties: {
      type: text(316, '^[A-Za-z]([-A-Za-z0-9_./]*[A-Za-z0-9])?$'),
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: count('Generation that the condition is about.'),
      lastTransitionTime: { type: 'string', format: 'date-time' },
      reason: { ...text(1024, '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$'), minLength: 1 },
      message: text(32768),
    },
  },
};

const status = (properties: Record<string, Structural>): Structural => ({
  type: 'object',
  properties: { conditions, ...properties },
});

/** `status` of a BGPPeer: a summary, since each node has a session of its own. */
export const peerStatus = status({
  state: { ...text(64), description: 'Established 3/3, or what most nodes see.' },
  nodes: count('Nodes that speak to this peer.'),
  established: count('Nodes whose session is up.'),
});

/** `status` of a BGPAdvertisement. */
export const advertisementStatus = status({ vips: count('VIPs that it selects.') });

/** `status` of a VIPPool. */
export const poolStatus = status({
  assigned: count('Addresses in use.'),
  available: {
    ...text(39, '^[0-9]+$'),
    description: 'Addresses left; text, since IPv6 has more than a number holds.',
  },
});
