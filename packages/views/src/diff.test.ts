import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffRoutes } from './diff.ts';
import { allWell, holdTimerExpired, told, up } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { routes } from './routes.ts';

const rowsAfter = (given: readonly Given[]) => answer(routes, given, { now: 0 });

const since = (later: readonly Given[]) => diffRoutes(rowsAfter(allWell), rowsAfter([...allWell, ...later]));

const brief = (later: readonly Given[]) =>
  since(later).map(({ change, node, peer, prefix, differs }) => [change, node, peer, prefix, ...differs]);

const withdrawn = (prefix: string): Given =>
  fact('route.Withdrawn', { peer: 'tor1', family: 'ipv4-unicast', prefixes: [prefix] });

describe('what differs between two moments', () => {
  it('is nothing when nothing happened', () => {
    expect(brief([])).toEqual([]);
  });

  it('is a route that came', () => {
    expect(since([told('192.0.2.11/32', '10.0.0.7')])).toEqual([
      {
        change: 'added',
        node: 'n1',
        peer: 'tor1',
        prefix: '192.0.2.11/32',
        family: 'ipv4-unicast',
        vip: null,
        before: null,
        after: {
          nextHops: ['10.0.0.7'],
          origin: 'igp',
          asPath: [65000],
          med: 50,
          localPref: null,
          communities: ['65000:100'],
          extendedCommunities: [],
          largeCommunities: ['65000:1:2'],
        },
        differs: [],
        changedAt: 10_000,
        position: 10,
      },
    ]);
  });

  it('is a route that went, by a withdrawal or with its session', () => {
    expect(brief([withdrawn('192.0.2.10/32')])).toEqual([['withdrawn', 'n1', 'tor1', '192.0.2.10/32']]);
    expect(brief([holdTimerExpired()])).toEqual([
      ['withdrawn', 'n1', 'tor1', '192.0.2.10/32'],
      ['withdrawn', 'n1', 'tor1', '2001:db8:1::10/128'],
    ]);
  });

  it('is a route with other attributes, and names them', () => {
    const [only, ...others] = since([told('192.0.2.10/32', '10.0.0.8')]);
    expect(others).toEqual([]);
    expect([only?.change, only?.differs]).toEqual(['changed', ['nextHops']]);
    expect([only?.before?.nextHops, only?.after?.nextHops]).toEqual([['10.0.0.7'], ['10.0.0.8']]);
  });

  it('is not a route that went and came back the same', () => {
    const again = [told('192.0.2.10/32', '10.0.0.7'), told('2001:db8:1::10/128', '::ffff:10.0.0.7')];
    expect(brief([holdTimerExpired(), up(), ...again])).toEqual([]);
  });

  it('is not a route that was refused', () => {
    const refused = fact('route.Refused', {
      peer: 'tor1',
      family: 'ipv4-unicast',
      prefixes: ['192.0.2.12/32'],
      reason: 'policy',
      detail: 'rule 1',
    });
    expect(brief([refused])).toEqual([]);
  });

  it('turns around with the moments, and applied to the first state gives the second', () => {
    const step = fc
      .tuple(fc.nat(5), fc.option(fc.nat(2)))
      .map(
        ([host, via]): Given =>
          via === null ? withdrawn(`192.0.2.${host}/32`) : told(`192.0.2.${host}/32`, `10.0.0.${via}`),
      );
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (first, then) => {
        const [was, is] = [rowsAfter([up(), ...first]), rowsAfter([up(), ...first, ...then])];
        const there = diffRoutes(was, is);
        const back = diffRoutes(is, was);
        const opposite = { added: 'withdrawn', withdrawn: 'added', changed: 'changed' };
        expect(back.map(({ prefix, change }) => [prefix, change])).toEqual(
          there.map(({ prefix, change }) => [prefix, opposite[change]]),
        );
        const state = new Map(was.map(({ prefix, nextHops }) => [prefix, nextHops]));
        for (const { prefix, after } of there)
          if (after === null) state.delete(prefix);
          else state.set(prefix, after.nextHops);
        expect(state).toEqual(new Map(is.map(({ prefix, nextHops }) => [prefix, nextHops])));
      }),
    );
  });
});
