import type { JetStreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { memoryLog } from '../memory.ts';
import type { Notes, Presence } from '../notes.ts';
import { createLeases } from './leases.ts';
import { namesOf } from './names.ts';
import type { Connection } from './settings.ts';

const identity = { cluster: 'test', node: 'n1' };

/** What the server answers at each tick of 2 s: the nodes with a lease, or nothing at all. */
type Answer = readonly string[] | undefined;

const both: Answer = ['n1', 'n2'];
const alone: Answer = ['n1'];
const silence: Answer = undefined;
const times = (count: number, answer: Answer): readonly Answer[] => Array<Answer>(count).fill(answer);

/** What is noted of `n2` as the answers come, in seconds from the first. */
const notedAt = async (answers: readonly Answer[]): Promise<readonly string[]> => {
  let now = 0;
  let renewals = 0;
  const noted: Presence[] = [];
  const notes: Notes = {
    get: () => undefined,
    set: () => undefined,
    presence: () => [],
    setPresence: (presence) => void noted.push(presence),
    close: () => undefined,
  };
  const log = memoryLog();
  log.writer('n2/speaker');
  const nc = { publish: () => void renewals++ } as unknown as Connection;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const clock = { wall: () => now, monotonic: () => now };
  const leases = createLeases(nc, log, notes, { names: namesOf(identity), identity, clock, logger: silent });
  for (const [i, holders] of answers.entries()) {
    now = i * 2000;
    const subjects = Object.fromEntries((holders ?? []).map((name) => [`vipcast-lease.test.${name}`, 1]));
    const info = () =>
      holders === undefined
        ? Promise.reject(new Error('no quorum'))
        : Promise.resolve({ state: { subjects } });
    await leases.tick({ streams: { info } } as unknown as JetStreamManager).catch(() => undefined);
  }
  // A renewal every 5 s or a little later, whatever the answers are.
  expect(renewals).toBeGreaterThanOrEqual(Math.floor(answers.length / 3));
  return noted.map(({ at, present }) => `${present ? 'there' : 'gone'} at ${at / 1000}`);
};

describe('the lease of another node', () => {
  it.each<[string, readonly Answer[], readonly string[]]>([
    ['is there, and stays', times(40, both), ['there at 0']],
    ['runs out', [...times(20, both), ...times(5, alone)], ['there at 0', 'gone at 44']],
    ['is missed twice', [...times(20, both), ...times(2, alone), ...times(3, both)], ['there at 0']],
    [
      'comes back',
      [...times(20, both), ...times(5, alone), both],
      ['there at 0', 'gone at 44', 'there at 50'],
    ],
    ['is not asked for without a quorum', [...times(5, both), ...times(60, silence)], ['there at 0']],
    [
      'is not there yet when a quorum is',
      [...times(20, both), ...times(20, silence), ...times(10, alone), both],
      ['there at 0'],
    ],
    [
      'is never there again after an outage',
      [...times(20, both), ...times(20, silence), ...times(12, alone)],
      ['there at 0', 'gone at 102'],
    ],
    [
      'is slow to be told',
      [...times(20, both), silence, alone, silence, alone, alone],
      ['there at 0', 'gone at 48'],
    ],
    ['was never there', times(12, alone), ['gone at 22']],
  ])('%s', async (_, answers, expected) => {
    expect(await notedAt(answers)).toEqual(expected);
  });
});
