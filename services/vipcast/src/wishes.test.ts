import { join } from 'node:path';
import type { Draft } from '@vipcast/events';
import { openJournal } from '@vipcast/log';
import { afterEach, describe, expect, it } from 'vitest';
import { allWell, established, lost } from './example.ts';
import { BEGIN, run, runHere, temporaryFolder, write } from './testing.ts';
import { announced, type Reaction, refusal, startWishDaemon, takenBack } from './wish-daemon.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const daemon = async (reaction: Reaction): Promise<string> => {
  const { journal, close } = await startWishDaemon(reaction);
  cleanups.push(close);
  return journal;
};

const advertised = (address: string): Draft => ({
  type: 'vip.Advertised',
  of: address,
  data: {
    vip: address,
    addresses: [address],
    source: 'operator',
    reason: 'operator-announced',
    because: 'somebody announced it',
  },
});
const withdrawn: Draft = {
  type: 'vip.Withdrawn',
  of: 'web',
  data: {
    vip: 'web',
    addresses: ['192.0.2.10'],
    source: 'static',
    reason: 'operator-withdrew',
    because: 'somebody withdrew it',
  },
};
describe('announce', () => {
  it('waits until every peer was told', async () => {
    const journal = await daemon(() => [
      ['vip-watcher', advertised('192.0.2.50')],
      ['speaker', announced('192.0.2.50/32')],
    ]);
    const { code, out, err } = await run(['announce', '192.0.2.50/32', '--journal', journal]);
    expect(err).toBe(
      'n1: 192.0.2.50 (192.0.2.50) advertised, operator-announced: somebody announced it (seq 11)\n',
    );
    expect(out).toBe('tor1  192.0.2.50/32 next hop 10.0.0.7 (seq 12)\n');
    expect(code).toBe(0);
  });

  it('records who asked for what', async () => {
    const journal = await daemon(() => [
      ['vip-watcher', advertised('192.0.2.50')],
      ['speaker', announced('192.0.2.50/32')],
    ]);
    await runHere(['announce', '192.0.2.50', '--journal', journal], { env: { SUDO_USER: 'alice' } });
    const log = openJournal(journal, { readOnly: true });
    const [wish] = log.read({ aggregates: ['operator'] });
    log.close();
    expect(wish).toMatchObject({
      type: 'operator.AnnounceRequested',
      writer: 'n1/operator',
      causationId: '',
      data: { by: 'alice', addresses: ['192.0.2.50'] },
    });
  });

  it('gives the reason of a refusal', async () => {
    const journal = await daemon((wish) => [
      ['vip-watcher', refusal(wish, '192.0.2.10 belongs to the configured VIP web')],
    ]);
    const { code, err } = await runHere(['announce', '192.0.2.10', '--journal', journal]);
    expect(err).toContain('error: 192.0.2.10 belongs to the configured VIP web (E_REFUSED)');
    expect(code).toBe(1);
  });

  it('tells what was granted beside what was refused', async () => {
    const journal = await daemon((wish) => [
      ['vip-watcher', advertised('192.0.2.50')],
      ['vip-watcher', refusal(wish, '192.0.2.10 is announced already')],
      ['speaker', announced('192.0.2.50/32')],
    ]);
    const { code, out } = await runHere(['announce', '192.0.2.50', '192.0.2.10', '--journal', journal]);
    expect(out).toContain('tor1  192.0.2.50/32');
    expect(code).toBe(1);
  });

  it('says which peer a policy keeps it from', async () => {
    const refused: Draft = {
      type: 'route.Refused',
      of: 'tor1',
      data: {
        peer: 'tor1',
        family: 'ipv4-unicast',
        prefixes: ['192.0.2.50/32'],
        reason: 'policy',
        detail: 'rejected by policy[0]',
      },
    };
    const journal = await daemon(() => [
      ['vip-watcher', advertised('192.0.2.50')],
      ['speaker', refused],
    ]);
    const { code, out, err } = await runHere(['announce', '192.0.2.50', '--journal', journal]);
    expect(out).toBe('');
    expect(err).toContain('tor1 is not told 192.0.2.50/32 policy: rejected by policy[0]');
    expect(code).toBe(1);
  });

  it('says who was not told in time', async () => {
    const journal = await daemon(() => [['vip-watcher', advertised('192.0.2.50')]]);
    const { code, err } = await runHere([
      'announce',
      '192.0.2.50',
      '--journal',
      journal,
      '--timeout',
      '300ms',
    ]);
    expect(err).toContain('not yet told: tor1 (192.0.2.50/32) (E_NOT_TOLD)');
    expect(code).toBe(1);
  });

  it('does not wait for ever for a daemon that does not answer', async () => {
    const journal = await daemon(() => []);
    const { code, err } = await runHere([
      'announce',
      '192.0.2.50',
      '--journal',
      journal,
      '--timeout',
      '300ms',
    ]);
    expect(err).toContain('the wish is recorded (seq 10) (E_NO_ANSWER)');
    expect(code).toBe(4);
  });

  it('without a daemon is recorded, and can be taken back', async () => {
    const folder = temporaryFolder();
    cleanups.push(folder.remove);
    const journal = join(folder.path, 'journal.db');
    write(journal, allWell(BEGIN));
    for (const [verb, seq] of [
      ['announce', 8],
      ['withdraw', 9],
    ] as const) {
      const { code, err } = await runHere([verb, '192.0.2.50', '--journal', journal]);
      expect(err).toContain(
        `the wish is recorded (seq ${seq}) and takes effect when the daemon of n1 starts`,
      );
      expect(code).toBe(4);
    }
  });
});

describe('withdraw', () => {
  it('waits until every peer that knew was told', async () => {
    const journal = await daemon(() => [
      ['vip-watcher', withdrawn],
      ['speaker', takenBack('192.0.2.10/32')],
    ]);
    const { code, out } = await runHere(['withdraw', '192.0.2.10', '--journal', journal]);
    expect(out).toBe('tor1  192.0.2.10/32 withdrawn (seq 12)\n');
    expect(code).toBe(0);
  });
});

describe('reset', () => {
  it('waits for the end and the new beginning', async () => {
    const journal = await daemon(() => [
      ['speaker', lost.draft],
      ['speaker', established('tor1').draft],
    ]);
    const { code, out } = await runHere(['reset', 'tor1', '--journal', journal]);
    expect(out.split('\n')).toEqual([
      'tor1  connection closed in Established: Hold Timer Expired (4/0), sent by us (seq 11)',
      'tor1  Established with 10.0.0.1 AS 65001 (IPv4 and IPv6) (seq 12)',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('fails when a session that is up does not end', async () => {
    const journal = await daemon(() => []);
    const { code, err } = await runHere(['reset', 'tor1', '--journal', journal, '--timeout', '300ms']);
    expect(err).toContain('tor1 was not reset in time; the wish is recorded (seq 10) (E_NO_ANSWER)');
    expect(code).toBe(4);
  });

  it('does not wait for ever for the new beginning', async () => {
    const journal = await daemon(() => [['speaker', lost.draft]]);
    const { code, err } = await runHere(['reset', 'tor1', '--journal', journal, '--timeout', '300ms']);
    expect(err).toBe('tor1 is not Established yet: vipcast peers tor1 -w\n');
    expect(code).toBe(0);
  });
});
