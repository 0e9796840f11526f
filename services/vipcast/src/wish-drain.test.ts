import type { Draft, RecordedFact } from '@vipcast/events';
import { openNotes } from '@vipcast/log';
import { afterEach, describe, expect, it } from 'vitest';
import { configApplied, established, vip } from './example.ts';
import { type Ended, runHere, type Said, say } from './testing.ts';
import { announced, type Reaction, refusal, startWishDaemon, takenBack } from './wish-daemon.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const PREFIX = '192.0.2.10/32';
const node = (type: 'node.DrainStarted' | 'node.Drained' | 'node.Undrained', because: string): Draft => ({
  type,
  of: 'n1',
  data: { because },
});
const web = (type: 'vip.Advertised' | 'vip.Withdrawn', reason: string): Draft =>
  vip(type, reason, ['192.0.2.10']).draft;

const drains: Reaction = () => [
  ['vip-watcher', node('node.DrainStarted', 'alice drained the node')],
  ['vip-watcher', web('vip.Advertised', 'draining')],
  ['speaker', announced(PREFIX)],
  ['vip-watcher', web('vip.Withdrawn', 'drained')],
  ['vip-watcher', node('node.Drained', 'alice drained the node')],
  ['speaker', takenBack(PREFIX)],
];

/** Node n2, which announces the same. */
const second: readonly Said[] = [
  configApplied('n2', ['tor1']),
  vip('vip.Advertised', 'configured', ['192.0.2.10'], { node: 'n2' }),
  established('tor1', 'n2'),
  { draft: announced(PREFIX), node: 'n2' },
];

/** Runs a command beside a daemon that answers so. */
const wish = async (
  args: readonly string[],
  reaction: Reaction,
  { shared = false, others = [] }: { readonly shared?: boolean; readonly others?: readonly Said[] } = {},
): Promise<Ended> => {
  const { journal, close } = await startWishDaemon(reaction, others);
  cleanups.push(close);
  const notes = openNotes(journal);
  if (shared) notes.set('replication', { node: 'n1' });
  notes.set('node', 'n1');
  notes.close();
  return runHere([...args, '--journal', journal], { env: { SUDO_USER: 'alice' } });
};

describe('drain', () => {
  it('waits until routers no longer hear of the VIPs', async () => {
    const asked: RecordedFact[] = [];
    const { code, out, err } = await wish(['drain'], (fact) => {
      asked.push(fact);
      return drains(fact);
    });
    expect(asked).toMatchObject([{ type: 'operator.DrainRequested', data: { by: 'alice' } }]);
    expect(err.split('\n')).toEqual([
      'whether other nodes announce its VIPs is not known here: this log is not shared',
      'n1: drain started: alice drained the node (seq 11)',
      'n1: drained: alice drained the node (seq 15)',
      '',
    ]);
    expect(out).toBe('tor1  192.0.2.10/32 withdrawn (seq 16)\n');
    expect(code).toBe(0);
  });

  it('twice is fine', async () => {
    const { code, err } = await wish(['drain'], () => [
      ['vip-watcher', node('node.Drained', 'drained already: bob drained the node')],
    ]);
    expect(err).toContain('n1: drained: drained already: bob drained the node');
    expect(code).toBe(0);
  });

  it('says that it goes on when time runs out', async () => {
    const { code, err } = await wish(['drain', '--timeout', '300ms'], () => [
      ['vip-watcher', node('node.DrainStarted', 'alice drained the node')],
    ]);
    expect(err).toContain('error: n1 is still draining (E_NOT_TOLD)');
    expect(code).toBe(1);
  });

  it('says who was not told in time', async () => {
    const { code, err } = await wish(['drain', '--timeout', '300ms'], (fact) => drains(fact).slice(0, -1));
    expect(err).toContain('error: decided, and not yet told: tor1 (E_NOT_TOLD)');
    expect(code).toBe(1);
  });

  it('does not wait for ever for a daemon that does not answer', async () => {
    const { code, err } = await wish(['drain', '--timeout', '300ms'], () => []);
    expect(err).toContain('n1 has not answered; the wish is recorded (seq 10) (E_NO_ANSWER)');
    expect(code).toBe(4);
  });

  it('gives the reason of a refusal', async () => {
    const { code, err } = await wish(['drain'], (fact) => [['vip-watcher', refusal(fact, 'not today')]]);
    expect(err).toContain('error: not today (E_REFUSED)');
    expect(code).toBe(1);
  });

  it('of the last node that announces a VIP must be forced', async () => {
    const asked: RecordedFact[] = [];
    const watched: Reaction = (fact) => {
      asked.push(fact);
      return drains(fact);
    };
    const { code, err } = await wish(['drain'], watched, { shared: true });
    expect(err).toContain('error: no other node announces web: nobody could reach it (E_REFUSED)');
    expect(err).toContain('vipcast drain --force');
    expect(code).toBe(1);
    expect(asked).toEqual([]);
    expect((await wish(['drain', '--force'], watched, { shared: true })).code).toBe(0);
    expect(asked).toHaveLength(1);
  });

  it('of one of two needs no force, unless the other one drains too', async () => {
    const both = { shared: true, others: second };
    expect((await wish(['drain'], drains, both)).code).toBe(0);
    const draining = say('node.DrainStarted', { because: 'bob drained the node' }, { node: 'n2' });
    const { code, err } = await wish(['drain'], drains, { shared: true, others: [...second, draining] });
    expect(err).toContain('no other node announces web');
    expect(code).toBe(1);
  });
});

describe('undrain', () => {
  it('waits until routers hear of the VIPs again', async () => {
    const { code, out, err } = await wish(['undrain'], () => [
      ['vip-watcher', node('node.Undrained', 'alice undrained the node')],
      ['vip-watcher', web('vip.Advertised', 'configured')],
      ['speaker', announced(PREFIX)],
    ]);
    expect(err).toBe('n1: undrained: alice undrained the node (seq 11)\n');
    expect(out).toBe('tor1  192.0.2.10/32 next hop 10.0.0.7 (seq 13)\n');
    expect(code).toBe(0);
  });

  it('fails while somebody else wants the node drained', async () => {
    const { code, err } = await wish(['undrain'], () => [
      ['vip-watcher', node('node.Drained', 'still drained: Node n1 has the taint')],
    ]);
    expect(err).toContain('error: drained: still drained: Node n1 has the taint (E_REFUSED)');
    expect(code).toBe(1);
  });
});
