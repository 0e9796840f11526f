import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedFact } from '@vipcast/events';
import { openJournal } from './journal.ts';
import type { Log, StoredFact } from './log.ts';
import { memoryLog } from './memory.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

// What happens to a journal, opened twice by one process, when its small disk is full for a while. In the first argument
// is a folder on that disk.
const folder = process.argv[2] ?? '';
const file = `${folder}/journal.db`;
const ballast = `${folder}/ballast`;
const said: string[] = [];

const open = (name: string): Log =>
  openJournal(file, {
    holding: {
      onHeld: ({ trouble }) => void said.push(`${name} ${trouble}`),
      onWritten: (facts) => void said.push(`${name} written ${facts > 0}`),
    },
  });

const heard = (log: Log): RecordedFact[] => {
  const facts: RecordedFact[] = [];
  log.follow({ after: 0 }, (batch) => facts.push(...batch));
  return facts;
};
const idsOf = (facts: Iterable<RecordedFact>, writer: string): readonly string[] =>
  Array.from(facts)
    .filter((fact) => fact.writer === writer)
    .map(({ id }) => id);
const until = async (what: string, condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !condition(); i++) await pause(10);
  assert.ok(condition(), what);
};

const [first, second] = [open('first'), open('second')];
const wrote: Record<string, string[]> = { 'n7/a': [], 'n7/b': [], 'n7/c': [], 'n8/x': [] };
const total = (): number => Object.values(wrote).flat().length;
const append = (writer: ReturnType<Log['writer']>, count: number): readonly RecordedFact[] => {
  const facts = sampleFacts(count, total() + 1);
  wrote[writer.name]?.push(...facts.map(({ id }) => id));
  return writer.append(facts);
};
const foreign = memoryLog();
const far = foreign.writer('n8/x');
const arriving = (count: number): readonly StoredFact[] => {
  const from = foreign.last();
  append(far, count);
  return [...foreign.stored(from)];
};
const followers = [heard(first), heard(second)];
const [a, b] = [first.writer('n7/a'), second.writer('n7/b')];
append(a, 3);
append(b, 3);
first.ingest(arriving(3));

writeFileSync(ballast, Buffer.alloc(400_000));
while (first.trouble() === undefined) append(a, 20);
assert.deepEqual(said, ['first full']);
assert.match(first.trouble()?.because ?? '', /no space/);
append(b, 2);
const held = append(a, 2);
assert.deepEqual(
  held.map(({ position, n }) => [position, n]),
  [0, 0].map((_, i) => [0, wrote['n7/a']!.length - 1 + i]),
);
const later = arriving(4);
assert.deepEqual(second.ingest(later.slice(1, 2)), ['early']);
assert.deepEqual(second.ingest(later), Array(4).fill('recorded'));
assert.deepEqual(second.ingest(later), Array(4).fill('known'));
const c = first.writer('n7/c');
append(c, 2);
append(b, 1);
await until('both hear all', () => followers.every((facts) => facts.length === total()));
assert.ok((second.trouble()?.held ?? 0) >= 11, JSON.stringify(second.trouble()));
const late = heard(second);
assert.deepEqual(new Set(late.map(({ id }) => id)), new Set(Object.values(wrote).flat()));
assert.equal(first.terms().find(({ writer }) => writer === 'n7/c')?.n, 2);

rmSync(ballast);
await until('all is written', () => [first, second].every((log) => log.trouble() === undefined));
for (const writer of [a, b, c]) append(writer, 2);
second.ingest(arriving(2));
const all = [...followers, late];
await until('all hear the rest', () => all.every((facts) => facts.length >= total()));
await pause(100);
for (const facts of [...all, [...first.read()]])
  for (const [writer, ids] of Object.entries(wrote)) assert.deepEqual(idsOf(facts, writer), ids, writer);
assert.deepEqual([...verify(first)], []);
assert.deepEqual(said.slice(0, 1), ['first full']);
assert.ok(said.includes('first written true'), said.join());
for (const log of [first, second]) log.close();
