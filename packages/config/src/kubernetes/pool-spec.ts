import { z } from 'zod';
import { flag, label, someOf } from '../schema/scalar.ts';
import { addressRange } from './address-range.ts';
import { priority } from './advertisement-spec.ts';
import { labelSelector } from './label-selector.ts';

/** `spec` of a VIPPool; selectors that are left out do not narrow. */
export const poolSpec = z.strictObject(
  {
    addresses: someOf(addressRange, 'a list of prefixes and ranges').describe(
      'Prefixes and ranges, of either family.',
    ),
    autoAssign: flag.nullish().describe('Also for Services that do not ask for this pool; true if left out.'),
    namespaces: someOf(label, 'a list of namespaces').nullish().describe('Services of these namespaces.'),
    namespaceSelector: labelSelector
      .nullish()
      .describe('Services of namespaces with these labels; this or namespaces.'),
    serviceSelector: labelSelector.nullish().describe('Services by their labels.'),
    priority: priority.nullish().describe('The highest is tried first; 0 if left out.'),
    sharing: z
      .enum(['never', 'by-key'], { error: 'never or by-key' })
      .nullish()
      .describe(
        'Whether Services that carry the same sharing key and have no port in common may share an address; by-key ' +
          'if left out.',
      ),
  },
  { error: 'a mapping with addresses' },
);

/** The specification as written. */
export type PoolSpec = z.output<typeof poolSpec>;
