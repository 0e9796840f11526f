import { statSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { known } from './route-table.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };

describe('a vipcast with a damaged journal', () => {
  let receiver: Receiver;
  let vipcast: Vipcast;

  beforeEach(async () => {
    receiver = await startReceiver(PEER);
    const peers = [localPeer('tor', receiver.port)];
    vipcast = await startVipcast(null, nodeYaml({ peers, vips: ['{ name: web, addresses: [192.0.2.10] }'] }));
    await until(() => known(receiver.updates).length === 1, { what: 'the route', explain: vipcast.stderr });
    await vipcast.stop();
  });
  afterEach(async () => {
    await vipcast[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  it('says so and ends, where a part of it is gone', async () => {
    const { size } = statSync(vipcast.journal);
    truncateSync(vipcast.journal, Math.floor(size * 0.7));
    await vipcast.restart();
    await until(() => !vipcast.alive(), { what: 'its end', timeout: 20_000 });
    expect(vipcast.stderr()).toMatch(/^error: journal .*damaged.*\(E_JOURNAL_UNUSABLE\)$/m);
    expect(vipcast.stderr()).not.toContain('    at ');
    expect((await vipcast.cli('log', 'verify')).code).toBe(4);
  });

  it('announces, where a bit of one fact is another, and verify names it', async () => {
    const db = new DatabaseSync(vipcast.journal);
    const [fact] = db
      .prepare(
        "SELECT position, body FROM facts WHERE type = (SELECT id FROM types WHERE name = 'node.Stopped')",
      )
      .all() as [{ position: number; body: Uint8Array }];
    fact.body[fact.body.length - 1]! ^= 1;
    db.prepare('UPDATE facts SET body = ? WHERE position = ?').run(fact.body, fact.position);
    db.close();
    receiver.clear();
    await vipcast.restart();
    await until(() => known(receiver.updates).length === 1, { what: 'the route', timeout: 20_000 });
    const { code, stdout } = await vipcast.cli('log', 'verify');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(new RegExp(`\\b${fact.position}\\b`));
  });
});
