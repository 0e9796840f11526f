import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml, replaceFile, withJournalOf } from './configuration.ts';
import { followLog } from './following.ts';
import { known } from './route-table.ts';

const CANARY = 'canary-7c1e55';
const VIP = '{ name: web, addresses: [192.0.2.10] }';

it('a password is in no output, no log and no file but its own', async () => {
  await using receiver = await startReceiver({
    localASN: 65001,
    routerId: '10.0.0.1',
    address: '127.0.0.1',
    port: 0,
    holdTime: 9,
  });
  const good = localPeer('good', receiver.port);
  await using vipcast = await startVipcast(null, nodeYaml({ peers: [good], vips: [VIP] }));
  const { folder, configFile } = vipcast;
  await until(() => known(receiver.updates).length === 1, { what: 'the route', timeout: 20_000 });
  const said: string[] = [];
  const cli = async (...args: readonly string[]): Promise<void> => {
    const { stdout, stderr } = await vipcast.cli(...args);
    said.push(stdout, stderr);
  };
  await using log = followLog(vipcast);
  const count = (wanted: string) => log.all().filter(({ type }) => type === wanted).length;
  const passwordFile = join(folder, 'password');
  const lines = join(folder, 'lines');
  await writeFile(passwordFile, `${CANARY}\n`);
  await writeFile(lines, `${CANARY}\n${CANARY}\n`);

  // One that dials with the password, and files that misplace it, each in its own way.
  const secured = '{ name: secured, address: 127.0.0.2, port: 1, peerASN: 65001, passwordFile';
  const files = [
    nodeYaml({ peers: [good, `${secured}: ${passwordFile} }`], vips: [VIP] }),
    nodeYaml({ peers: [good, `${secured}: ${lines} }`], vips: [VIP] }),
    nodeYaml({
      peers: [good, `{ name: a, address: 127.0.0.2, peerASN: 1, password: ${CANARY} }`],
      vips: [VIP],
    }),
    nodeYaml({ peers: [good, `"127.0.0.2:65000:${CANARY}:false"`], vips: [VIP] }),
    nodeYaml({
      peers: [good],
      vips: [`{ name: b, addresses: [192.0.2.1], healthCheck: { http: 'http://me:${CANARY}@127.0.0.1/' } }`],
    }),
  ];
  for (const [index, yaml] of files.entries()) {
    await replaceFile(configFile, withJournalOf(vipcast, yaml));
    await cli('check', configFile);
    const wanted = index === 0 ? 'node.ConfigApplied' : 'node.ConfigRejected';
    await until(() => count(wanted) === (index === 0 ? 2 : index), {
      what: `file ${index} to be judged`,
      timeout: 20_000,
    });
  }
  await cli('reset', 'secured', '--timeout', '300ms');
  for (const view of ['peers', 'status', 'log']) await cli(view, '-o', 'json');
  expect(log.all().map(({ data }) => data.peer)).toContain('secured');

  await vipcast.stop();
  const others = (await readdir(folder)).filter(
    (name) => !['password', 'lines', 'vipcast.yaml', 'journal.db.sock'].includes(name),
  );
  expect(others).toEqual(expect.arrayContaining(['journal.db', 'journal.db.inputs']));
  const bytes = await Promise.all(others.map((name) => readFile(join(folder, name), 'latin1')));
  const everything = [...said, vipcast.stdout(), vipcast.stderr(), ...bytes].join('\n');
  expect(everything).toContain('secured');
  expect(everything).not.toContain(CANARY);
});
