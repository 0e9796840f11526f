import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allWell, config, nextHop, started, told, tor1, up, web } from './example.ts';
import { fact, type Given, record } from './given.ts';
import { ofNetwork } from './network.ts';
import { nextHops } from './next-hops.ts';
import { peers } from './peers.ts';
import { routes } from './routes.ts';
import { vips } from './vips.ts';

const scope = { now: 100_000 };
const again = { epoch: 2 };

/** A node that was killed and came back. */
const restarted: readonly Given[] = [
  ...allWell,
  started(again),
  config([tor1], again),
  web('vip.Advertised', 'configured', again),
  fact(
    'session.StateChanged',
    { peer: 'tor1', from: 'OpenConfirm', to: 'Established', event: 'KeepAliveMsg' },
    again,
  ),
  up('tor1', { ...again, id: 'up-again' }),
  ...(['ipv4-unicast', 'ipv6-unicast'] as const).map((family): Given => {
    const [draft] = nextHop(family, family === 'ipv4-unicast' ? '10.0.0.7' : '::ffff:10.0.0.7');
    return [{ ...draft, data: { ...draft.data, session: 'up-again' } } as typeof draft, again];
  }),
  told('192.0.2.10/32', '10.0.0.7', again),
  told('2001:db8:1::10/128', '::ffff:10.0.0.7', again),
];

/** The same facts, each writer's in its own order, otherwise in any. */
const interleaved = fc
  .array(fc.nat({ max: 11 }), { minLength: restarted.length, maxLength: restarted.length })
  .map((choices) => {
    const queues = Object.values(Object.groupBy(record(restarted), ({ writer }) => writer)).map(
      (facts) => facts ?? [],
    );
    return choices.map((choice, i) => {
      const waiting = queues.filter(({ length }) => length > 0);
      const taken = waiting[choice % waiting.length]!.shift()!;
      return { ...taken, position: i + 1 };
    });
  });

const answers = (facts: ReturnType<typeof record>) => {
  const network = facts.reduce(ofNetwork.fold, ofNetwork.initial());
  return {
    peers: peers.answer(network, scope).map(({ peer, state, flaps }) => ({ peer, state, flaps })),
    routes: routes.answer(network, scope).map(({ prefix, nextHops: via }) => ({ prefix, via })),
    vips: vips.answer(network, scope).map(({ vip, state }) => ({ vip, state })),
    nextHops: nextHops.answer(network, scope).map(({ family, nextHops: via }) => ({ family, via })),
  };
};

describe('the stream holds writers in another order than a journal', () => {
  it('and says the same', () => {
    const expected = answers(record(restarted));
    expect(expected.routes).toHaveLength(2);
    expect(expected.nextHops.map(({ via }) => via.length)).toEqual([1, 1]);
    fc.assert(
      fc.property(interleaved, (facts) => {
        expect(answers(facts)).toEqual(expected);
      }),
    );
  });
});
