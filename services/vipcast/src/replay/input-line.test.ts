import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inputLine, readInputLine } from './input-line.ts';

const time = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);

it('gives back what was recorded, to the byte', () => {
  const input = fc.record({
    type: fc.string(),
    at: time,
    connection: fc.option(fc.string()),
    bytes: fc.uint8Array(),
    nested: fc.record({ bytes: fc.uint8Array(), list: fc.array(fc.uint8Array()) }),
  });
  const recorded = fc.record({ position: fc.nat(), actor: fc.string(), at: time, input });
  fc.assert(
    fc.property(recorded, (each) => {
      const line = inputLine(each);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(readInputLine(JSON.parse(line))).toEqual(each);
    }),
  );
});

it.each([
  null,
  1,
  {},
  [],
  { position: 1, actor: 'a', at: 1 },
  { position: 1, actor: 'a', at: 1, input: null },
  { position: 1, actor: 'a', at: 1, input: {} },
  { position: 1, actor: 'a', input: { type: 'ManualStart' } },
  { position: '1', actor: 'a', at: 1, input: { type: 'ManualStart' } },
  { position: 1, at: 1, input: { type: 'ManualStart' } },
])('takes %j for no input', (line) => {
  expect(readInputLine(line)).toBeUndefined();
});
