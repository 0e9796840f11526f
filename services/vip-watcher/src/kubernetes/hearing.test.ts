import { createLogger } from '@vipcast/runtime';
import { beforeEach, expect, it, vi } from 'vitest';
import { createHearing, type Hearing } from './hearing.ts';

const logger = createLogger('silent');
const lines: string[] = [];
let hearing: Hearing;
beforeEach(() => {
  lines.splice(0);
  vi.spyOn(logger, 'info').mockImplementation(() => void lines.push('heard'));
  vi.spyOn(logger, 'warn').mockImplementation(
    (about) => void lines.push((about as { because: string }).because),
  );
  hearing = createHearing(logger);
});

const stale = (because: string, since = 1000) => ({ state: 'stale', because, since }) as const;
const live = { state: 'live', because: 'the watch is open', since: 2000 } as const;

it('says each change of reason once, and when all is heard again', () => {
  hearing.take('services', stale('refused'));
  hearing.take('slices', stale('refused'));
  hearing.take('services', stale('refused'));
  hearing.take('services', stale('no route'));
  expect(hearing.silence()).toEqual({ because: 'no route', since: 1000 });
  hearing.take('services', live);
  expect(hearing.silence()).toEqual({ because: 'refused', since: 1000 });
  hearing.take('slices', live);
  expect(hearing.silence()).toBeUndefined();
  expect(lines).toEqual(['refused', 'no route', 'refused', 'heard']);
});

it('has a way when something is heard, whatever a new kubeconfig looks like', () => {
  hearing.take('services', stale('refused'));
  hearing.lose('no context', 5);
  hearing.take('services', live);
  expect(hearing.silence()).toBeUndefined();
});

it('forgets what is not watched any more', () => {
  hearing.take('namespaces', stale('forbidden'));
  hearing.forget('namespaces');
  expect(hearing.silence()).toBeUndefined();
  expect(lines).toEqual(['forbidden', 'heard']);
});

it('does not say the same again after another try', () => {
  hearing.lose('no such file', 5);
  hearing.find();
  expect(hearing.silence()).toBeUndefined();
  hearing.take('services', { state: 'syncing', because: 'no such file', since: 6 });
  expect(lines).toEqual(['no such file']);
});
