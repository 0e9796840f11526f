/** Objects that no API server would let in, as tables; all of them by the name of one Service. */
import type { KubernetesObject } from './object.ts';
import { service } from './objects.ts';
import { slicesOf } from './serving.ts';

/** The Service that they are. */
export const ODD = { name: 'odd', families: ['IPv4', 'IPv6'] } as const;
/** Its addresses while it is well. */
export const [FOUR, SIX] = ['192.0.2.1', '2001:db8::1'];

/** The Service `odd` with this in its status. */
const given = (...ingress: readonly unknown[]): KubernetesObject => ({
  ...service(ODD),
  status: { loadBalancer: { ingress } },
});
/** It, with these addresses. */
export const ips = (...addresses: readonly unknown[]) => given(...addresses.map((ip) => ({ ip })));

/** Item 21: what a Service may say, which of its addresses are announced, and why the rest is not. */
export const BAD_SERVICES: readonly (readonly [
  string,
  KubernetesObject,
  readonly string[],
  RegExp | null,
])[] = [
  ['no address', given(), [], /no-address/],
  ['a name and no address', given({ hostname: 'lb.example' }), [], /no-address/],
  ['two addresses of one family', ips(FOUR, '192.0.2.2'), [FOUR, '192.0.2.2'], null],
  ['one address twice', ips(SIX, '2001:DB8:0::1'), [SIX], null],
  ['texts that are no address', ips('192.0.2.300', '2001:db8::g', '192.0.2.1/32', ''), [], /address-invalid/],
  ['a text for a terminal', ips('192.0.2.1\u001b[31m\u0000\u202e'), [], /address-invalid/],
  ['what is no text', ips(7, null, [FOUR], { ip: FOUR }), [], /no-address/],
  ['a good address among bad ones', ips('nonsense', FOUR, '::g'), [FOUR], /address-invalid/],
  ['nobody’s addresses', ips('0.0.0.0', '127.0.0.1', '224.0.0.1', 'fe80::1', '::1'), [], /address-unfit/],
  ['an address of another Service', ips('192.0.2.101', SIX), [SIX], /address-conflict/],
  ['a status that is no object', { ...service(ODD), status: 'ready' }, [], /no-address/],
  ['a list that is none', { ...service(ODD), status: { loadBalancer: { ingress: 'x' } } }, [], /no-address/],
];

const meta = (more: object): KubernetesObject => {
  const object = ips(FOUR, SIX);
  return { ...object, metadata: { ...object.metadata, ...more } };
};
const own = (json: string): object => JSON.parse(json) as object;

/** Item 29: what stands in metadata does not matter. */
export const BAD_METADATA: readonly (readonly [string, KubernetesObject])[] = [
  ['256 KB of annotations', meta({ annotations: { note: 'x'.repeat(256 * 1024) } })],
  [
    '256 KB of addresses that are asked for',
    meta({ annotations: { 'metallb.io/loadBalancerIPs': '1,'.repeat(1 << 17) } }),
  ],
  [
    'control characters',
    meta({ annotations: { 'a\u0000b': '\u001b]0;x\u0007\r\n' }, labels: { 'a\nb': '\u2028' } }),
  ],
  [
    '__proto__',
    meta(own('{"annotations":{"__proto__":{"x":1}},"labels":{"__proto__":"a","constructor":"b"}}')),
  ],
  ['annotations that are a list', meta({ annotations: ['metallb.io/allow-shared-ip'], labels: null })],
  ['a uid and a time that are none', meta({ uid: 7, creationTimestamp: {} })],
];

/** Its slices with these endpoints. */
export const slices = (four: unknown, six: unknown = four, more: object = {}): readonly KubernetesObject[] =>
  slicesOf(ODD, []).map((slice, index) => ({ ...slice, endpoints: index === 0 ? four : six, ...more }));
/** An endpoint on this node, with more in it. */
export const endpoint = (more: object = {}) => ({ addresses: ['10.0.0.1'], nodeName: 'n1', ...more });
const many = Array.from({ length: 10_000 }, (_, index) =>
  endpoint({ addresses: [`10.1.${index >> 8}.${index & 255}`], conditions: { ready: index === 9_999 } }),
);

/** Item 22: what slices may say, and which of the two addresses are then announced. */
export const BAD_SLICES: readonly (readonly [string, readonly KubernetesObject[], readonly string[]])[] = [
  ['no conditions', slices([endpoint()]), [FOUR, SIX]],
  ['a ready that is null', slices([endpoint({ conditions: { ready: null } })]), [FOUR, SIX]],
  ['a ready that is no boolean', slices([endpoint({ conditions: { ready: 'yes' } })]), []],
  ['10,000 endpoints, the last one ready', slices(many), [FOUR, SIX]],
  [
    'one address in two endpoints',
    slices([endpoint(), endpoint({ conditions: { ready: false } })]),
    [FOUR, SIX],
  ],
  ['names for addresses', slices([endpoint()], [endpoint()], { addressType: 'FQDN' }), []],
  ['a type of tomorrow', slices([endpoint()], [endpoint()], { addressType: 'IPv8' }), []],
  ['a node that nobody knows', slices([endpoint({ nodeName: 'n99' })]), [FOUR, SIX]],
  ['a node that is no text', slices([endpoint({ nodeName: { n: 1 } })]), [FOUR, SIX]],
  ['an endpoint without an address', slices([endpoint({ addresses: [] })], [endpoint()]), [SIX]],
  ['no list of endpoints', slices(null, 'all'), []],
  ['endpoints that are none', slices([null, 7, 'x', []], [endpoint()]), [SIX]],
];
