import { stringify } from 'yaml';
import type { z } from 'zod';
import { advertisementSpec } from '../advertisement-spec.ts';
import { peerSpec } from '../peer-spec.ts';
import { poolSpec } from '../pool-spec.ts';
import { API_VERSION, type ResourceKind } from '../resource.ts';
import { advertisementStatus, peerStatus, poolStatus } from './status.ts';
import { type Structural, structuralSchema } from './structural.ts';

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  readonly jsonPath: string;
  readonly priority?: 1;
}

interface Definition {
  readonly kind: ResourceKind;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: Structural;
  readonly columns: readonly Column[];
}

const ACCEPTED: Column = {
  name: 'Accepted',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
};
const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

const DEFINITIONS: readonly Definition[] = [
  {
    kind: 'BGPPeer',
    plural: 'bgppeers',
    shortNames: ['bp'],
    description: 'A BGP session of the nodes that it selects, with the router at one address.',
    spec: peerSpec,
    status: peerStatus,
    columns: [
      { name: 'Address', type: 'string', jsonPath: '.spec.address' },
      { name: 'Interface', type: 'string', jsonPath: '.spec.interface', priority: 1 },
      { name: 'ASN', type: 'string', jsonPath: '.spec.peerASN' },
      { name: 'State', type: 'string', jsonPath: '.status.state' },
      ACCEPTED,
      AGE,
    ],
  },
  {
    kind: 'BGPAdvertisement',
    plural: 'bgpadvertisements',
    shortNames: ['bgpadv'],
    description:
      'Which VIPs go to which peers, and with which attributes. Without any, every VIP goes to every peer; with one, ' +
      'VIPs of Services go only where an advertisement lets them.',
    spec: advertisementSpec,
    status: advertisementStatus,
    columns: [
      { name: 'Peers', type: 'string', jsonPath: '.spec.peers' },
      { name: 'Pools', type: 'string', jsonPath: '.spec.pools', priority: 1 },
      { name: 'VIPs', type: 'integer', jsonPath: '.status.vips' },
      ACCEPTED,
      AGE,
    ],
  },
  {
    kind: 'VIPPool',
    plural: 'vippools',
    shortNames: ['vp'],
    description: 'Addresses that are given to Services of type LoadBalancer.',
    spec: poolSpec,
    status: poolStatus,
    columns: [
      { name: 'Addresses', type: 'string', jsonPath: '.spec.addresses' },
      { name: 'Auto', type: 'boolean', jsonPath: '.spec.autoAssign', priority: 1 },
      { name: 'Assigned', type: 'integer', jsonPath: '.status.assigned' },
      ACCEPTED,
      AGE,
    ],
  },
];

const [GROUP = '', VERSION = ''] = API_VERSION.split('/');

/** Names stand in log subjects and policies, where a dot or 64 characters would not fit. */
const NAME_RULE = {
  rule: "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
  message: 'metadata.name must be at most 63 lower-case letters, digits and hyphens',
};

const schemaOf = ({ description, spec, status }: Definition): Structural => ({
  description,
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(spec),
    status,
  },
  'x-kubernetes-validations': [NAME_RULE],
});

const definitionOf = (definition: Definition): object => {
  const { kind, plural, shortNames, columns } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Cluster',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames,
        categories: ['vipcast'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schemaOf(definition) },
        },
      ],
    },
  };
};

/** A definition as the file that it is published in. */
export interface PublishedDefinition {
  readonly file: string;
  readonly yaml: string;
}

/** The CustomResourceDefinitions of all kinds, made from the schemas that resources are read with. */
export const customResourceDefinitions = (): readonly PublishedDefinition[] =>
  DEFINITIONS.map((definition) => ({
    file: `${GROUP}_${definition.plural}.yaml`,
    yaml: stringify(definitionOf(definition), { lineWidth: 0, aliasDuplicateObjects: false }),
  }));
