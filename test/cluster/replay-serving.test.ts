import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '@vipcast/log';
import { describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { startReceiverProcess } from '../interop/receiver-process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startMember } from './members.ts';
import { type NatsServer, startNats } from './nats.ts';
import { siteYaml } from './sites.ts';

/** A million takes some minutes: REPLAY_FACTS=1000000. */
const FACTS = Number(process.env.REPLAY_FACTS ?? 100_000);
const BATCH = 10_000;
/** Within 3 s of silence the router ends the session. */
const ROUTER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 3 };
/** From the end of what is probed to the router; the probe itself is every 200 ms. Half of the time, and always. */
const PROMPT = 2000;
const AT_MOST = 10_000;
const PROBED = '192.0.2.20';

/** A stream with so many facts of a node that is no longer there. */
const fill = async (nats: NatsServer): Promise<void> => {
  await using author = await startMember('n9', [nats.url]);
  for (let written = 0; written < FACTS; written += BATCH) author.append(BATCH);
  await until(() => author.replication.status().toShip === 0, {
    what: 'the stream',
    timeout: FACTS,
    interval: 100,
    explain: () => author.said.join('\n'),
  });
};

describe.skipIf(!have('nats-server 2.14'))('a node that takes in a long log', () => {
  it('keeps its session and goes on to decide', { timeout: 60_000 + 3 * FACTS }, async () => {
    await using nats = await startNats('2.14');
    await using cleanup = new AsyncDisposableStack();
    await fill(nats);
    nats.freeze();

    const folder = await scratch('replay-serving');
    cleanup.defer(() => discard(folder));
    const well = join(folder, 'well');
    await writeFile(well, '');
    const check = { exec: ['test', '-e', well], interval: '200ms', timeout: '150ms', rise: 1, fall: 1 };
    const probed = `  - { name: probed, addresses: [${PROBED}], healthCheck: ${JSON.stringify(check)} }\n`;
    await using receiver = await startReceiverProcess(null, ROUTER);
    await using vipcast = await startVipcast(
      null,
      siteYaml('n1', receiver.port, { urls: [nats.url] }, probed),
    );
    const hears = async (): Promise<boolean> =>
      known((await receiver.record()).updates).includes(`${PROBED}/32`);
    await until(hears, { what: 'the routes', timeout: 20_000, explain: vipcast.stderr });
    const journal = openJournal(vipcast.journal, { readOnly: true });
    expect(journal.last()).toBeLessThan(100);

    nats.thaw();
    const begun = performance.now();
    const delays: number[] = [];
    try {
      for (let isWell = false; journal.last() < FACTS; isWell = !isWell) {
        const asked = performance.now();
        if (isWell) await writeFile(well, '');
        else await rm(well);
        await until(async () => (await hears()) === isWell, {
          what: `the router to hear, ${journal.last()} facts in`,
          interval: 10,
          timeout: AT_MOST,
          explain: vipcast.stderr,
        });
        delays.push(performance.now() - asked);
        expect(performance.now() - begun).toBeLessThan(60_000 + FACTS);
      }
    } finally {
      journal.close();
    }
    const [median = 0, longest = 0] = [0.5, 1].map(
      (share) => delays.toSorted((a, b) => a - b)[Math.ceil(share * delays.length) - 1],
    );
    console.log(
      `${FACTS} facts in ${Math.round(performance.now() - begun)} ms; ${delays.length} decisions reached the router after ${Math.round(median)} ms, at most ${Math.round(longest)} ms`,
    );
    expect(delays.length).toBeGreaterThan(3);
    expect(median).toBeLessThan(PROMPT);
    expect(longest).toBeLessThan(AT_MOST);
    const { establishedCount, established, updates } = await receiver.record();
    expect([established, establishedCount]).toEqual([true, 1]);
    expect(new Set(withdrawals(updates))).toEqual(new Set([`${PROBED}/32`]));
    await until(async () => (await vipcast.cli('log', 'verify')).code === 0, {
      what: 'a whole log',
      timeout: 60_000,
      interval: 500,
    });
  });
});
