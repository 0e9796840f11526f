import type { Family } from '@vipcast/net';
import { mapping, type Raw, word } from '../source/raw.ts';
import type { MetalLBObject } from './objects.ts';
import { alternatives, leftovers, nameOf, numbered, type Translation, titleOf } from './translation.ts';

const TAKEN = (
  'myASN peerASN dynamicASN localASN peerAddress interface sourceAddress peerPort holdTime keepaliveTime ' +
  'connectTime nodeSelectors password passwordSecret ebgpMultiHop dualStackAddressFamily disableMP'
).split(' ');

const REASONS = {
  bfdProfile: 'the hold time finds a lost peer',
  vrf: 'sessions are in the default VRF',
  routerID: 'it is one for the node: set bgp.routerID',
  enableGracefulRestart: 'routes go with the session',
};

/** What MetalLB's speakers take where nothing is set. */
const HOLD_TIME = '90s';
/** What `ebgpMultiHop` makes of the TTL. */
const MULTIHOP_TTL = 255;
const PASSWORD_KEY = 'password';

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** Go's `1m30s` in whole seconds; other text as it is, to be refused with its field. */
const seconds = (written: string): string => {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|ns))+$/.test(written)) return written;
  const parts = written.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g);
  let sum = 0;
  for (const [, count, unit = ''] of parts) sum += Number(count) * (UNITS[unit] ?? 0);
  return `${Math.round(sum)}s`;
};

const time = (value: unknown): string | undefined => (word(value) === '' ? undefined : seconds(word(value)));

const familiesOf = (spec: Raw): readonly Family[] | undefined => {
  if (spec.dualStackAddressFamily === true || word(spec.peerAddress) === '') return undefined;
  return [word(spec.peerAddress).includes(':') ? 'ipv6-unicast' : 'ipv4-unicast'];
};

/** A reference in place of a password, which is not looked at. */
const passwordOf = (spec: Raw, name: string): { readonly name: string; readonly key: string } | undefined => {
  const secret = word(mapping(spec.passwordSecret).name);
  if (secret !== '') return { name: secret, key: PASSWORD_KEY };
  return word(spec.password) === '' ? undefined : { name: `${name}-password`, key: PASSWORD_KEY };
};

const notesOn = (object: MetalLBObject, name: string): readonly string[] => {
  const { spec } = object;
  const title = titleOf(object);
  const secret = passwordOf(spec, name);
  const notes: string[] = [];
  if (secret && word(spec.password) !== '')
    notes.push(
      `${title} had a password, which is not shown: put it into Secret ${secret.name}, key ${secret.key}`,
    );
  if (secret) notes.push(`mount Secret ${secret.name} as /etc/vipcast/secrets/${secret.name}`);
  if (familiesOf(spec))
    notes.push(
      `${title} carries the family of its session, as without dualStackAddressFamily: leave out families for both`,
    );
  return [...notes, ...leftovers(object, TAKEN, REASONS)];
};

/** A BGPPeer of MetalLB's, version v1beta1 or v1beta2: one of ours for each of its node selectors. */
export const translatePeer = (object: MetalLBObject): Translation => {
  const { spec } = object;
  const name = nameOf(object.name);
  const own = {
    address: word(spec.peerAddress) || undefined,
    interface: word(spec.interface) || undefined,
    port: spec.peerPort === 179 || spec.peerPort === 0 ? undefined : spec.peerPort,
    peerASN: spec.peerASN || spec.dynamicASN,
    localASN: spec.localASN || spec.myASN,
    families: familiesOf(spec),
    sourceAddress: word(spec.sourceAddress) || undefined,
    passwordSecret: passwordOf(spec, name),
    multihop: spec.ebgpMultiHop === true ? MULTIHOP_TTL : undefined,
    holdTime: time(spec.holdTime) ?? HOLD_TIME,
    keepaliveTime: time(spec.keepaliveTime),
    connectRetryTime: time(spec.connectTime),
  };
  return {
    drafts: alternatives(spec.nodeSelectors).map((nodeSelector, i) => ({
      kind: 'BGPPeer',
      name: numbered(name, i),
      spec: { ...own, nodeSelector },
    })),
    notes: notesOn(object, name),
  };
};
