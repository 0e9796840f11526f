import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Draft, stamp } from '@vipcast/events';
import { openJournal } from '@vipcast/log';
import { createClock } from '@vipcast/runtime';
import { expect, it } from 'vitest';
import { freePort } from '../cluster/nats.ts';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { logOf } from './log-of.ts';
import { known } from './route-table.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const PLAIN = '192.0.2.1/32';
const CHECKED = '192.0.2.2/32';

/** Lets the journal of a daemon that does not run say that all it last did was on another boot of the machine. */
const bootedSince = ({ journal }: Vipcast): void => {
  const clock = createClock();
  const log = openJournal(journal);
  const say = (writer: string, draft: Draft): unknown =>
    log
      .writer(writer)
      .append([stamp(draft, { cluster: 'default', node: 'n1', id: clock.uuid(), at: clock.wall() })]);
  say('n1/config', {
    type: 'node.Started',
    of: 'n1',
    data: { version: '0.1.0', pid: 1, services: ['vip-watcher'], bootId: 'another' },
  });
  for (const [vip, address, reason] of [
    ['plain', '192.0.2.1', 'configured'],
    ['checked', '192.0.2.2', 'healthy'],
  ] as const)
    say('n1/vip-watcher', {
      type: 'vip.Advertised',
      of: vip,
      data: { vip, addresses: [address], source: 'static', reason, because: 'it was so' },
    });
  log.close();
};

it('a VIP with a health check survives a killed daemon at once, and a boot of the machine once the check says so', async () => {
  const port = await freePort();
  const service = createServer((socket) => socket.destroy());
  const serve = async (): Promise<void> => {
    service.listen(port, '127.0.0.1');
    await once(service, 'listening');
  };
  await serve();
  await using receiver = await startReceiver(PEER);
  const check = `{ tcp: '127.0.0.1:${port}', interval: 1s, timeout: 500ms, rise: 2, fall: 60 }`;
  await using vipcast = await startVipcast(
    null,
    nodeYaml({
      peers: [localPeer('tor', receiver.port)],
      vips: [
        '{ name: plain, addresses: [192.0.2.1] }',
        `{ name: checked, addresses: [192.0.2.2], healthCheck: ${check} }`,
      ],
    }),
  );
  const heard = (...routes: readonly string[]): Promise<unknown> =>
    until(() => receiver.established() && known(receiver.updates).join() === routes.join(), {
      what: `${routes}`,
      timeout: 20_000,
      explain: () => `${known(receiver.updates)}\n${vipcast.stderr()}`,
    });
  const away = async (): Promise<void> => {
    await vipcast.kill();
    await until(() => !receiver.established(), { what: 'the connection to end' });
    receiver.clear();
  };
  await heard(PLAIN, CHECKED);
  const starts = (await logOf(vipcast)).filter(({ type }) => type === 'node.Started');
  expect(starts[0]?.data.bootId).toMatch(/^[0-9a-f-]{36}$/);

  service.close();
  await away();
  await vipcast.restart();
  await heard(PLAIN, CHECKED);

  await away();
  bootedSince(vipcast);
  await vipcast.restart();
  await heard(PLAIN);
  const vips = await vipcast.cli('vips', 'checked', '-o', 'json');
  expect(vips.stdout).toContain('the machine was booted, and the health check has not decided since');
  // Not even before it was found out.
  expect(receiver.updates.filter((update) => known([update]).includes(CHECKED))).toEqual([]);

  await serve();
  await heard(PLAIN, CHECKED);
  service.close();
});
