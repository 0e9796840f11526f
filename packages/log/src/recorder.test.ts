import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRecorder, type Recorder, readInputs } from './recorder.ts';

let folder: string;
let file: string;
let recorder: Recorder | undefined;
const open = (options: { maxBytes?: number; onTrouble?: (error: Error) => void } = {}): Recorder => {
  recorder = openRecorder(file, { maxBytes: 10_000_000, ...options });
  return recorder;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipcast-test-'));
  file = join(folder, 'journal.db.inputs');
});
afterEach(() => {
  recorder?.close();
  recorder = undefined;
  rmSync(folder, { recursive: true });
});

describe('the flight recorder', () => {
  it('gives inputs back in order, to the byte', () => {
    const recorder = open();
    const input = fc.record({
      type: fc.constantFrom('BytesReceived', 'HoldTimerExpires'),
      bytes: fc.uint8Array({ maxLength: 4096 }),
      at: fc.double({ noNaN: true }).map((number) => number + 0),
    });
    let recorded = 0;
    fc.assert(
      fc.property(fc.array(input, { minLength: 1 }), (inputs) => {
        for (const input of inputs) recorder.record('peer/tor1', 1_790_000_000_000.125, input);
        recorder.flush();
        const read = Array.from(readInputs(file)).slice(recorded);
        expect(read).toEqual(
          inputs.map((input, i) => ({
            position: recorded + i + 1,
            actor: 'peer/tor1',
            at: 1_790_000_000_000.125,
            input,
          })),
        );
        expect(read.every(({ input }) => !Buffer.isBuffer((input as { bytes: Uint8Array }).bytes))).toBe(
          true,
        );
        recorded += inputs.length;
      }),
      { numRuns: 30 },
    );
  });

  it('keeps an input as it was when it was recorded', () => {
    const recorder = open();
    const bytes = Uint8Array.of(1, 2, 3);
    recorder.record('peer/tor1', 1, { bytes });
    bytes.fill(9);
    recorder.flush();
    expect(Array.from(readInputs(file), ({ input }) => input)).toEqual([{ bytes: Uint8Array.of(1, 2, 3) }]);
  });

  it('gives those of one actor', () => {
    const recorder = open();
    for (let i = 0; i < 1000; i++) recorder.record(`peer/tor${i % 2}`, i, i);
    recorder.flush();
    expect(Array.from(readInputs(file, 'peer/tor1'), ({ input }) => input)).toEqual(
      Array.from({ length: 500 }, (_, i) => 2 * i + 1),
    );
  });

  it('writes by itself, soon, and much of it sooner', async () => {
    const recorder = open();
    recorder.record('a', 1, 'first');
    await vi.waitFor(() => expect([...readInputs(file)]).toHaveLength(1), 2000);
    for (let i = 0; i < 256; i++) recorder.record('a', 1, i);
    expect([...readInputs(file)]).toHaveLength(1);
    await setImmediate();
    await setImmediate();
    expect([...readInputs(file)]).toHaveLength(257);
  });

  it('drops the oldest beyond its size, on disk', () => {
    const maxBytes = 500_000;
    const recorder = open({ maxBytes });
    const input = { bytes: new Uint8Array(1000) };
    for (let i = 0; i < 5000; i++) {
      recorder.record('a', i, input);
      if (i % 100 === 99) recorder.flush();
    }
    const kept = Array.from(readInputs(file), ({ at }) => at);
    expect(kept.at(-1)).toBe(4999);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 5000 - kept.length + i));
    // 122 pages of three, less the sixteenth that goes at a time.
    expect(kept.length).toBeGreaterThan(300);
    expect(statSync(file).size).toBeLessThan(maxBytes * 1.3);
    expect(statSync(`${file}-wal`).size).toBeLessThan(2_000_000);
  });

  it('survives an input bigger than all of it', () => {
    const recorder = open({ maxBytes: 100_000 });
    recorder.record('a', 1, new Uint8Array(1_000_000));
    recorder.flush();
    recorder.record('a', 2, 'small');
    recorder.flush();
    expect(Array.from(readInputs(file), ({ at }) => at)).toEqual([2]);
  });

  it('goes on where it stopped', () => {
    open().record('a', 1, 'before');
    recorder?.close();
    open().record('a', 2, 'after');
    recorder?.close();
    expect(Array.from(readInputs(file), ({ position, input }) => [position, input])).toEqual([
      [1, 'before'],
      [2, 'after'],
    ]);
  });

  it('says once that it cannot write, goes on, and writes again when it can', () => {
    mkdirSync(file);
    const onTrouble = vi.fn();
    const recorder = open({ onTrouble });
    for (let i = 0; i < 3; i++) {
      recorder.record('a', i, 'lost');
      recorder.flush();
    }
    expect(onTrouble).toHaveBeenCalledOnce();
    expect(onTrouble.mock.calls[0]?.[0].message).toContain(file);
    rmdirSync(file);
    recorder.record('a', 3, 'kept');
    recorder.flush();
    expect(Array.from(readInputs(file), ({ input }) => input)).toEqual(['kept']);
  });

  it('refuses to read what is something else, or not there', () => {
    expect(() => [...readInputs(file)]).toThrow(`${file}: there is no such file`);
    writeFileSync(file, 'text'.repeat(1000));
    expect(() => [...readInputs(file)]).toThrow(file);
  });
});
