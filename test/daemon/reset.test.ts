import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';

const CEASE_ADMINISTRATIVE_RESET = [6, 4];

let receiver: Receiver;
let vipcast: Vipcast;

beforeAll(async () => {
  receiver = await startReceiver({ localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0 });
  vipcast = await startVipcast(null, nodeYaml({ peers: [localPeer('tor', receiver.port)] }));
  await until(() => receiver.established(), { what: 'the session' });
});

afterAll(async () => {
  await vipcast[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

it('a reset is heard on a node where nothing else happens', async () => {
  const { code, stdout } = await vipcast.cli('reset', 'tor');
  expect(code, stdout).toBe(0);
  await until(() => receiver.establishedCount() === 2 && receiver.established(), {
    what: 'a second session',
  });
  expect([...receiver.others[0]!.subarray(19, 21)]).toEqual(CEASE_ADMINISTRATIVE_RESET);
  expect((await vipcast.cli('history', 'tor')).stdout).toContain('operator.ResetRequested');
});
