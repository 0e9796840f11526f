import { type Draft, type RecordedFact, stamp } from '@vipcast/events';
import { memoryLog } from '@vipcast/log';
import { describe, expect, it } from 'vitest';
import { resume } from './history.ts';

/** The facts of these drafts, as a log has them. */
const recorded = (...drafts: Draft[]): readonly RecordedFact[] =>
  memoryLog()
    .writer('n7/test')
    .append(drafts.map((draft, i) => stamp(draft, { cluster: 'prod', node: 'n7', id: `${i}`, at: i })));

const started = (bootId?: string): Draft => ({
  type: 'node.Started',
  of: 'n7',
  data: { version: '0', pid: 1, services: [], ...(bootId === undefined ? {} : { bootId }) },
});

const advertised = (vip: string): Draft => ({
  type: 'vip.Advertised',
  of: vip,
  data: { vip, addresses: ['192.0.2.1'], source: 'static', reason: 'healthy', because: 'HTTP 200' },
});

/** The VIPs of which is known that the machine was booted since. */
const bootedSince = (...drafts: Draft[]): readonly string[] => {
  const [first] = resume(recorded(...drafts));
  if (first?.input.type !== 'Restored') throw new Error('nothing was restored');
  return first.input.vips.filter((vip) => vip.bootedSince).map(({ name }) => name);
};

describe('what was said of a VIP', () => {
  it.each<[string, Draft[], string[]]>([
    ['in this boot', [started('A'), advertised('a'), started('A')], []],
    ['in an earlier boot', [started('A'), advertised('a'), started('B')], ['a']],
    ['again in this boot', [started('A'), advertised('a'), started('B'), advertised('a'), started('B')], []],
    ['in an earlier boot but one', [started('A'), advertised('a'), started('B'), started('B')], ['a']],
    ['of each by itself', [started('A'), advertised('a'), started('B'), advertised('b')], ['a']],
    ['by an earlier release', [started(), advertised('a'), started('B')], []],
    ['before anything else', [advertised('a'), started('B')], []],
    ['where boots have no name', [started('A'), advertised('a'), started()], []],
  ])('%s', (_, drafts, expected) => {
    expect(bootedSince(...drafts)).toEqual(expected);
  });
});
