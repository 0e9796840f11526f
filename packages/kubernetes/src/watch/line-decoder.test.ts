import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineDecoder } from './line-decoder.ts';

const decode = (chunks: readonly Buffer[], longest = 1_000_000): { lines: string[]; ok: boolean } => {
  const decoder = createLineDecoder(longest);
  const lines: string[] = [];
  const ok = chunks.every((chunk) => decoder.push(chunk, (line) => lines.push(line)));
  return { lines, ok };
};

const line = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\n') && text.trim() !== '');

it('finds the same lines however the bytes are split', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 4000 })), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const places = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b),
        bytes.length,
      ];
      const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
      expect(decode(chunks)).toEqual({ lines, ok: true });
    }),
  );
});

it('finds them byte by byte, also inside a character', () => {
  const bytes = Buffer.from('"é€😀"\n\n \n{"ü":1}\n');
  expect(decode([...bytes].map((byte) => Buffer.of(byte))).lines).toEqual(['"é€😀"', '{"ü":1}']);
});

it('keeps what has no end for later', () => {
  expect(decode([Buffer.from('a\nb')]).lines).toEqual(['a']);
});

it.each([
  ['in one chunk', [`${'x'.repeat(11)}\n`]],
  ['in two', ['x'.repeat(6), `${'x'.repeat(5)}\n`]],
  ['without its end', ['x'.repeat(6), 'x'.repeat(5)]],
  ['after another', [`ok\n${'x'.repeat(11)}`]],
])('refuses a line longer than the bound, %s', (_, chunks) => {
  expect(
    decode(
      chunks.map((text) => Buffer.from(text)),
      10,
    ).ok,
  ).toBe(false);
});

it('takes a line as long as the bound', () => {
  expect(decode([Buffer.from('x'.repeat(6)), Buffer.from(`${'x'.repeat(4)}\nnext\n`)], 10)).toEqual({
    lines: ['x'.repeat(10), 'next'],
    ok: true,
  });
});
