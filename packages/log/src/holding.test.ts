import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NewFact } from '@vipcast/events';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { condense } from './condense.ts';
import type { StoredFact } from './log.ts';
import { memoryLog } from './memory.ts';
import { journalPlace } from './place.ts';

const PROGRAM = join(import.meta.dirname, 'holding-process.ts');

it.runIf(process.getuid?.() === 0)(
  'a journal on a full disk goes on in memory, and is whole afterwards',
  () => {
    const place = journalPlace();
    const folder = join(place.folder, 'small');
    mkdirSync(folder);
    const inMount = 'mount -t tmpfs -o size=1m none "$1" && exec "$0" "$2" "$1"';
    const argv = ['-m', 'sh', '-c', inMount, process.execPath, folder, PROGRAM];
    const { status, stderr } = spawnSync('unshare', argv, { encoding: 'utf8' });
    place.clean();
    expect([stderr, status]).toEqual(['', 0]);
  },
);

/** Which aggregate, which of its subjects, and for routes which prefixes, for clusters which objects. */
type Saying = readonly ['vip' | 'route' | 'node' | 'kubernetes', number, readonly number[]];

const sayings = fc.array(
  fc.tuple(
    fc.constantFrom('vip' as const, 'route' as const, 'node' as const, 'kubernetes' as const),
    fc.nat(3),
    fc.uniqueArray(fc.nat(4), { minLength: 1 }),
  ),
);

const dataOf = ([aggregate, , parts]: Saying): object => {
  if (aggregate === 'route') return { family: 'ipv4-unicast', prefixes: parts };
  if (aggregate !== 'kubernetes') return {};
  const [first, ...others] = parts.map((part) => ({ namespace: 'default', name: `${part}` }));
  return {
    kind: 'services',
    set: others.map((metadata) => ({ metadata })),
    deleted: [`${first?.namespace}/${first?.name}`],
  };
};

const factsOf = (all: readonly Saying[]): readonly StoredFact[] => {
  const log = memoryLog();
  const writers = new Map(
    ['vip', 'route', 'node', 'kubernetes'].map((name) => [name, log.writer(`n7/${name}`)]),
  );
  for (const [i, saying] of all.entries()) {
    const [aggregate, of] = saying;
    writers.get(aggregate)?.append([
      {
        id: `${i}`,
        type: aggregate === 'kubernetes' ? 'kubernetes.Changed' : `${aggregate}.Said`,
        v: 1,
        subject: `vipcast.test.n7.${aggregate}.${of}`,
        at: i,
        causationId: '',
        correlationId: '',
        data: dataOf(saying),
      } as unknown as NewFact,
    ]);
  }
  return [...log.stored()];
};

/** How things are: the last fact about each VIP, route and prefix; all that was said of the node. */
const stateOf = (all: readonly Saying[], kept: ReadonlySet<string>): ReadonlyMap<string, number> => {
  const state = new Map<string, number>();
  for (const [i, [aggregate, of, prefixes]] of all.entries()) {
    if (!kept.has(`${i}`)) continue;
    if (aggregate === 'node') state.set(`node ${i}`, i);
    for (const prefix of aggregate === 'route' || aggregate === 'kubernetes' ? prefixes : [0])
      if (aggregate !== 'node') state.set(`${aggregate} ${of} ${prefix}`, i);
  }
  return state;
};

it('facts that are condensed say of each thing what all of them say', () => {
  fc.assert(
    fc.property(sayings, (all) => {
      const facts = factsOf(all);
      const kept = condense(facts);
      expect(kept).toEqual(facts.filter((fact) => kept.includes(fact)));
      const ids = (some: readonly StoredFact[]) => new Set(some.map(({ id }) => id));
      expect(stateOf(all, ids(kept))).toEqual(stateOf(all, ids(facts)));
      const plain = kept.filter(({ type }) => type.startsWith('vip.')).length;
      expect(plain).toBeLessThanOrEqual(4);
    }),
  );
});
