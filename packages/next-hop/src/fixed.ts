import { familyOf, isMulticast, isUnspecified, parseAddress } from '@vipcast/net';
import { type DecisionInput, type Resolution, refused, resolved } from './decision.ts';
import { bySession } from './session-address.ts';
import { nameOf } from './wording.ts';

/** The configured address of the other family; as `session` when none is given. */
export const byFixed = (input: DecisionInput): Resolution => {
  const { family, settings } = input;
  const text = family === 'ipv4-unicast' ? settings.ipv4 : settings.ipv6;
  if (text === null) return bySession(input);
  const address = parseAddress(text);
  if (address === undefined || familyOf(address) !== family) {
    return refused('fixed-address-invalid', `the configured "${text}" is not an ${nameOf(family)} address`);
  }
  if (isUnspecified(address) || isMulticast(address)) {
    return refused('fixed-address-unusable', `the configured ${text} cannot be a next hop`);
  }
  return resolved('fixed-address', `the configured ${nameOf(family)} address`, [address]);
};
