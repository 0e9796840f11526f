import type { RecordedFact } from '@vipcast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, holdTimerExpired, nextHop, service, started, told, tor1, up, web } from '../example.ts';
import { fact, type Given, record } from '../given.ts';
import { type Network, ofNetwork } from '../network.ts';
import { nextHops } from '../next-hops.ts';
import { peers } from '../peers.ts';
import { routes } from '../routes.ts';
import { status } from '../status.ts';
import { vips } from '../vips.ts';
import { why } from '../why.ts';

const scope = { now: 1_000_000 };

const answers = (network: Network) => ({
  status: status.answer(network, scope),
  peers: peers.answer(network, scope),
  routes: routes.answer(network, scope),
  vips: vips.answer(network, scope),
  nextHops: nextHops.answer(network, scope),
  why: ['web', 'default/web'].map((target) => why.answer(network, { ...scope, target })),
});

const speaker = { services: ['speaker'] };
const prefixes: readonly [string, ...string[]] = ['192.0.2.10/32', '192.0.2.11/32', '2001:db8:1::10/128'];
const of = (prefix: string) => ({
  peer: 'tor1',
  family: prefix.includes(':') ? ('ipv6-unicast' as const) : ('ipv4-unicast' as const),
  prefixes: [prefix],
});

/** What may be said of a node, each in a few words of its own. */
const sayings: readonly ((prefix: string) => Given)[] = [
  () => started({ id: 'start' }),
  () => fact('node.Stopped', { reason: 'SIGTERM' }),
  () => fact('node.Stopped', { reason: 'SIGTERM', ...speaker }),
  () => config([tor1, { ...tor1, name: 'tor2' }], { id: 'config' }),
  () => fact('node.ConfigRejected', { file: '/etc/vipcast.yaml', errors: ['bgp: missing'] }),
  () => fact('node.DrainStarted', { because: 'root asked', by: 'root' } as never),
  () => fact('node.Undrained', { because: 'root asked', by: 'root' } as never),
  () => web('vip.Advertised', 'configured', { because: 'config' }),
  () => web('vip.Withheld', 'unhealthy'),
  () => service('vip.Advertised', 'configured'),
  () => service('vip.Withdrawn', 'removed'),
  () => up(),
  () => holdTimerExpired(),
  () => fact('session.StateChanged', { peer: 'tor1', from: 'Established', to: 'Idle', event: 'ManualStop' }),
  () => fact('session.PrefixesReceived', { peer: 'tor1', counts: { 'ipv4-unicast': 3 } }),
  () => nextHop('ipv4-unicast', '10.0.0.7', { because: 'up', id: 'nh4' }),
  (prefix) => told(prefix, '10.0.0.7', { because: 'nh4' }),
  (prefix) => told(prefix, '10.0.0.8'),
  (prefix) => fact('route.Withdrawn', of(prefix)),
  (prefix) => fact('route.Refused', { ...of(prefix), reason: 'policy', detail: 'no' } as never),
];

const lives = fc
  .array(
    fc.record({
      saying: fc.constantFrom(...sayings),
      prefix: fc.constantFrom(...prefixes),
      node: fc.constantFrom('n1', 'n2'),
      epoch: fc.constantFrom(1, 1, 1, 2),
    }),
    { maxLength: 60 },
  )
  .map((parts) =>
    record(
      parts.map(({ saying, prefix, node, epoch }): Given => {
        const [draft, details] = saying(prefix);
        return [draft, { ...details, node, epoch }];
      }),
    ),
  );

/** Through bytes that hold numbers, texts and lists, and no fact. */
const keptAndTaken = (network: Network, facts: readonly RecordedFact[]): Network => {
  const kept = structuredClone(ofNetwork.keeping.put(network));
  return ofNetwork.keeping.take(kept, (position) => facts[position - 1]!);
};

describe('a network that is put away and taken back', () => {
  it('is as it was, and goes on as it would have', () => {
    fc.assert(
      fc.property(lives, fc.nat(60), (facts, when) => {
        const [before, after] = [facts.slice(0, when), facts.slice(when)];
        const network = before.reduce(ofNetwork.fold, ofNetwork.initial());
        const taken = keptAndTaken(network, facts);
        expect({ ...taken, bySubject: network.bySubject }).toEqual(network);
        expect(answers(after.reduce(ofNetwork.fold, taken))).toEqual(
          answers(facts.reduce(ofNetwork.fold, ofNetwork.initial())),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('holds no fact while it is away', () => {
    fc.assert(
      fc.property(lives, (facts) => {
        const kept = JSON.stringify(ofNetwork.keeping.put(facts.reduce(ofNetwork.fold, ofNetwork.initial())));
        expect(kept).not.toContain('correlationId');
      }),
    );
  });
});
