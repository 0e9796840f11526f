import type { Facts, FactType, NewFact } from '@vipcast/events';

const uuid = (n: number): string => `0190f6c2-79b0-7cc3-98c4-${String(n).padStart(12, '0')}`;

const fact = <T extends FactType>(type: T, subject: string, data: Facts[T], i: number): NewFact =>
  ({
    id: uuid(i),
    type,
    v: 1,
    subject: `vipcast.test.n7.${subject}`,
    at: 1_790_000_000_000.25 + i,
    causationId: i === 0 ? '' : uuid(i - 1),
    correlationId: uuid(0),
    data,
  }) as NewFact;

const MAKERS: readonly ((i: number) => NewFact)[] = [
  (i) => fact('node.Stopped', 'node.n7', { reason: `SIGTERM ${i}` }, i),
  (i) =>
    fact(
      'vip.Advertised',
      'vip.web',
      { vip: 'web', addresses: ['192.0.2.10'], source: 'static', reason: 'healthy', because: `${i}` },
      i,
    ),
  (i) =>
    fact(
      'session.StateChanged',
      'session.tor1',
      { peer: 'tor1', from: 'Connect', to: 'OpenSent', event: 'TcpConnectionConfirmed' },
      i,
    ),
  (i) =>
    fact(
      'route.Withdrawn',
      `route.tor${i % 2}`,
      { peer: 'tor1', family: 'ipv4-unicast', prefixes: [`192.0.2.${i % 256}/32`] },
      i,
    ),
];

/** Facts for tests: `count` of them from number `first` on, of four aggregates in turn, each caused by the one before. */
export const sampleFacts = (count: number, first = 0): readonly NewFact[] =>
  Array.from({ length: count }, (_, i) => {
    const make = MAKERS[(first + i) % MAKERS.length] as (i: number) => NewFact;
    return make(first + i);
  });
