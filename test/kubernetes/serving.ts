/** Services with Pods behind them, in the families that each test is run for. */
import type { KubernetesObject } from './object.ts';
import { type EndpointWords, endpointSlices, type Family, type ServiceWords, service } from './objects.ts';

/** The addresses of a Service in one family, the other, or both. */
export interface Stack {
  readonly stack: 'v4' | 'v6' | 'dual';
  /** Different for each number below 250, and from those of the other stacks. */
  addresses(number: number): readonly string[];
}

/** All three. */
export const STACKS: readonly Stack[] = [
  { stack: 'v4', addresses: (number) => [`192.0.2.${number}`] },
  { stack: 'v6', addresses: (number) => [`2001:db8:6::${number.toString(16)}`] },
  {
    stack: 'dual',
    addresses: (number) => [`198.51.100.${number}`, `2001:db8:46::${number.toString(16)}`],
  },
];

/** A Pod with an address of each family. */
export const pod = (node: string, more: Partial<EndpointWords> = {}): EndpointWords => ({
  node,
  addresses: ['10.244.1.5', 'fd00:10:244:1::5'],
  ...more,
});

/** The endpoint slice controller makes slices of the Service's own families. */
const familiesOf = ({ addresses = [], families }: ServiceWords): readonly Family[] =>
  families ?? [...new Set(addresses.map((address) => (address.includes(':') ? 'IPv6' : 'IPv4')))];

/** The slices of a Service with these Pods. */
export const slicesOf = (words: ServiceWords, pods: readonly EndpointWords[]): readonly KubernetesObject[] =>
  endpointSlices(words, pods, familiesOf(words));

/** A Service that was given its addresses, and its slices. */
export const served = (words: ServiceWords, pods: readonly EndpointWords[]): readonly KubernetesObject[] => [
  service(words),
  ...slicesOf(words, pods),
];
