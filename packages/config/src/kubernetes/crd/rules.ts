import { WELL_KNOWN_COMMUNITIES } from '@vipcast/wire';
import type { z } from 'zod';
import { anyNextHop, ipv4NextHop, ipv6NextHop, unicastAddress } from '../../schema/address.ts';
import { asn, peerASN } from '../../schema/asn.ts';
import { community, extendedCommunity, largeCommunity } from '../../schema/community.ts';
import { holdTime, interval, keepaliveTime } from '../../schema/duration.ts';
import { families, nextHop } from '../../schema/peer.ts';
import { interfaceName, label } from '../../schema/scalar.ts';
import { addressRange } from '../address-range.ts';
import { advertisementSpec } from '../advertisement-spec.ts';
import { labelExpression, labelKey, labelValue } from '../label-selector.ts';
import { peerSpec, secretKey, secretName } from '../peer-spec.ts';
import { poolSpec } from '../pool-spec.ts';

/** What a CustomResourceDefinition says of a value beyond what JSON Schema takes from zod. */
export interface Rules {
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  /** CEL. A message that is left out is the description. */
  readonly rules?: readonly Rule[];
}

/** One rule in CEL, and what it wants. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  /** What the message is about, if not the value itself. */
  readonly fieldPath?: string;
}

const list = (texts: readonly string[]): string => `[${texts.map((text) => `'${text}'`).join(', ')}]`;

/** Of no use to a host: multicast, reserved, this network, unspecified; for next hops also loopback and link-local. */
const NO_HOST = ['0.0.0.0/8', '224.0.0.0/3', '::/128', 'ff00::/8'];
const NO_ROUTER = [...NO_HOST, '127.0.0.0/8', '::1/128', '169.254.0.0/16', 'fe80::/10'];

const outside = (networks: readonly string[]): string =>
  `!${list(networks)}.exists(n, cidr(n).containsIP(ip(self)))`;

const address = (networks: readonly string[], family?: 4 | 6): Rules => ({
  maxLength: 45,
  rules: [
    {
      rule: `isIP(self) && ${family === undefined ? '' : `ip(self).family() == ${family} && `}${outside(networks)}`,
    },
  ],
});

const duration = (rule: string): Rules => ({
  maxLength: 11,
  pattern: '^[0-9]{1,9}(ms|s|m|h)$',
  rules: [{ rule }],
});

const SECONDS = 'duration(self).getSeconds()';
const WHOLE = 'duration(self).getMilliseconds() % 1000 == 0';

const numbers = (most: number): string => `self.split(':').all(n, int(n) <= ${most})`;

const SELECTED_TWICE: Rule = {
  rule: '!(has(self.namespaces) && has(self.namespaceSelector))',
  message: 'namespaceSelector cannot stand beside namespaces; keep one of the two',
  fieldPath: '.namespaceSelector',
};

/** A range has its two ends in order, which CEL cannot tell: that is found out later. */
const RANGE =
  `isCIDR(self) ? cidr(self) == cidr(self).masked() : self.split('-').size() == 2 && ` +
  `self.split('-').all(a, isIP(a.trim())) && ` +
  `ip(self.split('-')[0].trim()).family() == ip(self.split('-')[1].trim()).family()`;

const PEER: readonly Rule[] = [
  {
    rule: 'has(self.address) != has(self.interface)',
    message: 'a peer has an address or an interface; give exactly one of spec.address and spec.interface',
    fieldPath: '.address',
  },
  {
    rule: '!(has(self.sourceAddress) && has(self.sourceInterface))',
    message: 'sourceInterface cannot stand beside sourceAddress; keep one of the two',
    fieldPath: '.sourceInterface',
  },
  {
    rule: '!(has(self.ttlSecurity) && self.ttlSecurity && has(self.multihop))',
    message: 'multihop cannot stand beside ttlSecurity, which accepts direct neighbours only (RFC 5082)',
    fieldPath: '.multihop',
  },
  {
    rule: '!has(self.keepaliveTime) || !has(self.holdTime) || duration(self.keepaliveTime) < duration(self.holdTime)',
    message: 'keepaliveTime must be less than holdTime; a third of it is usual',
    fieldPath: '.keepaliveTime',
  },
  {
    rule:
      '!has(self.address) || !has(self.sourceAddress) || !isIP(self.address) || !isIP(self.sourceAddress) || ' +
      '(ip(self.address).family() == ip(self.sourceAddress).family() && self.address != self.sourceAddress)',
    message: 'sourceAddress must be another address of the same family as address',
    fieldPath: '.sourceAddress',
  },
];

/** By the identity of the schema that the configuration file is read with. */
export const RULES: ReadonlyMap<object, Rules> = new Map<z.ZodType, Rules>([
  [unicastAddress, address(NO_HOST)],
  [anyNextHop, address(NO_ROUTER)],
  [ipv4NextHop, address(NO_ROUTER, 4)],
  [ipv6NextHop, address(NO_ROUTER, 6)],
  [asn, { rules: [{ rule: '!(self in [23456, 65535])', message: 'the AS number is reserved' }] }],
  [
    peerASN,
    {
      rules: [
        { rule: 'type(self) == string || !(self in [23456, 65535])', message: 'the AS number is reserved' },
      ],
    },
  ],
  [interfaceName, { maxLength: 15, pattern: '^[^\\s/:]+$', rules: [{ rule: "!(self in ['.', '..'])" }] }],
  [label, { maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' }],
  [secretName, { maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' }],
  [
    secretKey,
    {
      maxLength: 253,
      pattern: '^[-._a-zA-Z0-9]+$',
      rules: [{ rule: "self != '.' && !self.startsWith('..')" }],
    },
  ],
  [holdTime, duration(`${WHOLE} && (${SECONDS} == 0 || (${SECONDS} >= 3 && ${SECONDS} <= 65535))`)],
  [keepaliveTime, duration(`${WHOLE} && ${SECONDS} >= 1 && ${SECONDS} <= 65535`)],
  [interval, duration("duration(self) >= duration('10ms') && duration(self) <= duration('1h')")],
  [families, { maxItems: 2 }],
  [
    community,
    {
      maxLength: 24,
      rules: [
        {
          rule:
            `self in ${list(Object.keys(WELL_KNOWN_COMMUNITIES))} || ` +
            `(self.matches('^(0|[1-9][0-9]{0,4}):(0|[1-9][0-9]{0,4})$') && ${numbers(65535)})`,
        },
      ],
    },
  ],
  [
    largeCommunity,
    {
      maxLength: 32,
      rules: [
        {
          rule: `self.matches('^(0|[1-9][0-9]{0,9})(:(0|[1-9][0-9]{0,9})){2}$') && ${numbers(4294967295)}`,
        },
      ],
    },
  ],
  [extendedCommunity, { maxLength: 32, pattern: '^((rt|ro|soo):[0-9.]+L?:[0-9]+|0x[0-9a-fA-F]{1,16})$' }],
  [
    nextHop,
    {
      rules: [
        {
          rule: "!has(self.strategy) || self.strategy == 'fixed' || !(has(self.ipv4) || has(self.ipv6))",
          message: 'only strategy fixed uses an address; set strategy: fixed, or leave ipv4 and ipv6 out',
        },
      ],
    },
  ],
  [labelKey, { maxLength: 317 }],
  [labelValue, { maxLength: 63 }],
  [
    labelExpression,
    {
      rules: [
        {
          rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
          message: 'values beside In and NotIn, and beside no other operator',
          fieldPath: '.values',
        },
      ],
    },
  ],
  [addressRange, { maxLength: 96, rules: [{ rule: RANGE }] }],
  [peerSpec, { rules: PEER }],
  [
    advertisementSpec,
    {
      rules: [
        SELECTED_TWICE,
        {
          rule:
            '!has(self.families) || !has(self.attributes) || !has(self.attributes.nextHop) || ' +
            "!isIP(self.attributes.nextHop) || (ip(self.attributes.nextHop).family() == 4 ? 'ipv4-unicast' : 'ipv6-unicast') in self.families",
          message: 'attributes.nextHop must be of a family that families has',
          fieldPath: '.attributes.nextHop',
        },
      ],
    },
  ],
  [poolSpec, { rules: [SELECTED_TWICE] }],
]);
