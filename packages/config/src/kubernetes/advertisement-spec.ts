import { z } from 'zod';
import { families } from '../schema/peer.ts';
import { routeAttributes } from '../schema/policy.ts';
import { label, someOf, wholeNumber } from '../schema/scalar.ts';
import { labelSelector } from './label-selector.ts';

/** Which of several comes first: the higher number. */
export const priority = wholeNumber(-1_000_000, 1_000_000);

/** `spec` of a BGPAdvertisement; what is left out does not narrow. */
export const advertisementSpec = z.strictObject(
  {
    serviceSelector: labelSelector.nullish().describe('Services by their labels.'),
    namespaces: someOf(label, 'a list of namespaces').nullish().describe('Services of these namespaces.'),
    namespaceSelector: labelSelector
      .nullish()
      .describe('Services of namespaces with these labels; this or namespaces.'),
    pools: someOf(label, 'a list of VIPPools').nullish().describe('VIPs out of these VIPPools.'),
    nodeSelector: labelSelector.nullish().describe('Nodes that advertise.'),
    peers: someOf(label, 'a list of peers').nullish().describe('Peers that hear of it, by name.'),
    families: families.nullish().describe('Only routes of these families.'),
    priority: priority
      .nullish()
      .describe(
        'Of several advertisements for one VIP and peer, communities add up, and each other attribute comes from ' +
          'the one with the highest priority that sets it; 0 if left out.',
      ),
    attributes: routeAttributes.nullish().describe('What is put on the routes.'),
  },
  { error: 'a mapping; {} advertises everything to everyone' },
);

/** The specification as written. */
export type AdvertisementSpec = z.output<typeof advertisementSpec>;
