import { describe, expect, it } from 'vitest';
import { emptyServices, endpointSliceOf, serviceOf, stepServices } from './index.ts';
import {
  listed,
  NODE,
  onNode,
  rawService,
  rawSlice,
  read,
  services,
  settings,
  slice,
  slices,
} from './scenario.ts';

const COUNT = 5000;
const keys = Array.from({ length: COUNT }, (_, i) => `ns${i % 50}/service-${i}`);
const address = (i: number, low = i & 255): string => `10.0.${i >> 8}.${low}`;
const rawServices = keys.map((key, i) =>
  rawService(key, { ips: [address(i), `2001:db8::${i.toString(16)}`] }),
);
const rawSlices = keys.flatMap((key) => [
  rawSlice(key, 'ready@n7 ready'),
  rawSlice(`${key}-6`, 'ready@n7 ready', 'IPv6', key.split('/')[1]),
]);

/** Milliseconds that this thread has worked: others work on this machine too. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The fastest of some runs. */
const fastest = <Result>(run: () => Result): { ms: number; result: Result } => {
  const runs = Array.from({ length: 4 }, () => {
    const began = worked();
    const result = run();
    return { ms: worked() - began, result };
  });
  return runs.toSorted((a, b) => a.ms - b.ms)[0]!;
};

describe('5,000 Services with 20,000 endpoints', () => {
  const load = () =>
    stepServices(emptyServices(settings), [
      onNode(),
      services('list', ...rawServices.map((raw) => read(serviceOf(raw)))),
      slices('list', ...rawSlices.map((raw) => read(endpointSliceOf(raw, NODE)))),
      listed,
    ]);

  it('are read and judged within 300 ms', () => {
    const { ms, result } = fastest(load);
    expect(result.verdicts.filter(({ advertised }) => advertised)).toHaveLength(COUNT);
    expect(ms).toBeLessThan(300);
  });

  it('one that changes is judged within 50 µs', () => {
    const full = load().state;
    const changes = keys.slice(0, 1000).map((key) => [slices('watch', slice(key, 'unready@n7'))]);
    const { ms, result } = fastest(() => {
      let state = full;
      let news = 0;
      for (const change of changes) {
        const stepped = stepServices(state, change);
        state = stepped.state;
        news += stepped.verdicts.length;
      }
      return news;
    });
    expect(result).toBe(changes.length);
    expect((ms / changes.length) * 1000).toBeLessThan(50);
  });
});
