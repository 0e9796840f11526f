import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { type LoggedFact, logOf } from './log-of.ts';
import { known } from './route-table.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0 };

let receiver: Receiver;
let vipcast: Vipcast;
let facts: readonly LoggedFact[];
let jsonl: string;

const file = (name: string): string => join(vipcast.folder, name);

/** Runs the command on any file, not on the daemon's journal. */
const ask = (journal: string, ...args: readonly string[]) =>
  exec(null, [NODE, join(ROOT, 'services', 'vipcast', 'src', 'main.ts'), ...args, '--journal', journal]);

const itemsOf = ({ stdout }: { readonly stdout: string }): unknown => JSON.parse(stdout).items;

const settled = (what: string, prefixes: readonly string[]): Promise<unknown> =>
  until(() => known(receiver.updates).join() === prefixes.join(), {
    what,
    timeout: 20_000,
    explain: () => known(receiver.updates).join(),
  });

/** Patient: other tests run beside this one. */
const wish = (...args: readonly string[]) => vipcast.cli(...args, '--timeout', '30s');

beforeAll(async () => {
  receiver = await startReceiver(PEER);
  vipcast = await startVipcast(
    null,
    nodeYaml({
      peers: [localPeer('tor', receiver.port)],
      vips: ["{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }"],
      policy: [
        "{ match: { vips: [web] }, set: { communities: ['65000:100', no-export], largeCommunities: ['65000:1:2'], med: 50, prepend: 2 } }",
      ],
    }),
  );
  const web = ['192.0.2.10/32', '2001:db8:1::10/128'];
  await settled('the first routes', web);
  expect((await wish('announce', '198.51.100.1', '2001:db8:2::1')).code).toBe(0);
  await settled('the announced routes', [
    '192.0.2.10/32',
    '198.51.100.1/32',
    '2001:db8:1::10/128',
    '2001:db8:2::1/128',
  ]);
  expect((await wish('withdraw', '198.51.100.1', '192.0.2.10')).code).toBe(0);
  expect((await wish('reset', 'tor')).code).toBe(0);
  await vipcast.stop();
  facts = await logOf(vipcast);
  jsonl = file('log.jsonl');
  expect((await vipcast.cli('log', 'export', '--format', 'jsonl', '-O', jsonl)).code).toBe(0);
}, 120_000);

afterAll(async () => {
  await vipcast[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const seqOf = (fact: LoggedFact | undefined): number => (fact as unknown as { seq: number }).seq;
const factsLike = (type: string): readonly LoggedFact[] => facts.filter((fact) => fact.type === type);

/** The log as it was at a position: the export of all facts up to it. */
const cutAt = async (position: number): Promise<string> => {
  const lines = (await readFile(jsonl, 'utf8')).split('\n');
  const cut = file(`cut-${position}.jsonl`);
  await writeFile(cut, `${lines.slice(0, position).join('\n')}\n`);
  return cut;
};

describe('a view of the past', () => {
  it('is what the view said then', async () => {
    const moments = [...factsLike('route.Announced'), ...factsLike('session.Closed')].map(seqOf);
    expect(moments.length).toBeGreaterThanOrEqual(4);
    for (const seq of moments) {
      const then = await cutAt(seq);
      for (const view of [['peers'], ['routes'], ['why', 'web']]) {
        const [past, present] = await Promise.all([
          vipcast.cli(...view, '--at', `seq:${seq}`, '-o', 'json'),
          ask(then, ...view, '-o', 'json'),
        ]);
        expect([view, seq, itemsOf(past), past.code]).toEqual([view, seq, itemsOf(present), present.code]);
      }
    }
  }, 180_000);

  it('is the same from a copied journal and from its export', async () => {
    await mkdir(file('elsewhere'));
    const copy = join(file('elsewhere'), 'journal.db');
    await copyFile(vipcast.journal, copy);
    for (const view of [['routes'], ['status'], ['history', 'web'], ['log']]) {
      const args = [...view, '--until', `seq:${facts.length - 1}`, '-o', 'json'];
      const answers = await Promise.all([vipcast.journal, copy, jsonl].map((from) => ask(from, ...args)));
      expect(answers[0]?.stdout).not.toBe('');
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
  });
});

describe('the difference between two moments', () => {
  it('is what the router heard in between', async () => {
    const asked = factsLike('operator.WithdrawRequested')[0];
    const reset = factsLike('operator.ResetRequested')[0];
    const diff = await vipcast.cli(
      ...['diff', '--from', `seq:${seqOf(asked)}`, '--to', `seq:${seqOf(reset)}`, '-o', 'json'],
    );
    const changes = (itemsOf(diff) as { change: string; peer: string; prefix: string }[]).map(
      ({ change, peer, prefix }) => [change, peer, prefix],
    );
    expect(changes).toEqual([
      ['withdrawn', 'tor', '192.0.2.10/32'],
      ['withdrawn', 'tor', '198.51.100.1/32'],
      // A wish is about whole VIPs.
      ['withdrawn', 'tor', '2001:db8:1::10/128'],
    ]);
    expect(diff.code).toBe(1);
  });
});

describe('log verify', () => {
  it('finds a daemon’s log whole, its copy and its export too, and a bit flipped in one', async () => {
    for (const from of [vipcast.journal, jsonl]) {
      const { code, stderr } = await ask(from, 'log', 'verify');
      expect([code, stderr]).toEqual([0, expect.stringContaining(`up to seq ${facts.length}`)]);
    }
    const flipped = file('flipped.jsonl');
    const whole = await readFile(jsonl, 'utf8');
    await writeFile(flipped, whole.replace('[65000,65000,65000]', '[65000,65000,65001]'));
    const { code, stdout } = await ask(flipped, 'log', 'verify', '-o', 'json');
    const [first] = factsLike('route.Announced');
    expect(itemsOf({ stdout })).toEqual([
      expect.objectContaining({ kind: 'rewrite', seq: seqOf(first), writer: 'n1/speaker' }),
    ]);
    expect(code).toBe(1);
  });
});

/** Seconds since 1970 with microseconds, as bgpdump writes them; `at` came through RFC 3339, to the millisecond. */
const seconds = (at: number | string): string => (Date.parse(String(at)) / 1000).toFixed(3);

interface Told {
  readonly prefixes: readonly string[];
  readonly attributes: {
    readonly origin: string;
    readonly asPath: readonly number[];
    readonly nextHops: readonly string[];
    readonly med?: number;
    readonly communities?: readonly string[];
    readonly largeCommunities?: readonly string[];
  };
}

/** What `bgpdump -l -m` should say of a fact. */
const dumpOf = ({ type, at, data }: LoggedFact): readonly string[] => {
  const of = (kind: string, rest: readonly unknown[]): string =>
    ['BGP4MP_ET', seconds(at), kind, '127.0.0.1', 65001, ...rest].join('|');
  if (type === 'route.Withdrawn')
    return (data as unknown as Told).prefixes.map((prefix) => of('W', [prefix]));
  if (type !== 'route.Announced') return [];
  const { prefixes, attributes } = data as unknown as Told;
  const { origin, asPath, nextHops, med = 0, communities = [], largeCommunities = [] } = attributes;
  return prefixes.map((prefix) =>
    of('A', [
      prefix,
      asPath.join(' '),
      origin.toUpperCase(),
      nextHops[0],
      0,
      med,
      communities.join(' '),
      largeCommunities.join(' '),
      'NAG||',
    ]),
  );
};

describe.skipIf(!have('bgpdump'))('log export --format mrt', () => {
  const dump = async (): Promise<readonly string[]> => {
    const mrt = file('log.mrt');
    expect((await vipcast.cli('log', 'export', '--format', 'mrt', '-O', mrt)).code).toBe(0);
    const { code, stdout } = await exec(null, ['bgpdump', '-q', '-l', '-m', mrt]);
    expect(code).toBe(0);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^(BGP4MP_ET\|\d+\.\d{3})\d{3}/, '$1'));
  };

  it('is read back by bgpdump as what was told', async () => {
    const routes = (await dump()).filter((line) => !line.includes('|STATE|'));
    const expected = facts.flatMap(dumpOf);
    expect(expected.length).toBeGreaterThanOrEqual(6);
    expect(routes.toSorted()).toEqual(expected.toSorted());
  });

  it('has the states that the session went through', async () => {
    const states = (await dump()).filter((line) => line.includes('|STATE|'));
    const NUMBERS: Readonly<Record<string, number>> = {
      Idle: 1,
      Connect: 2,
      Active: 3,
      OpenSent: 4,
      OpenConfirm: 5,
      Established: 6,
      Closing: 1,
    };
    const changes = factsLike('session.StateChanged');
    expect(states).toEqual(
      changes.map(({ at, data }) =>
        [
          'BGP4MP_ET',
          seconds(at),
          'STATE',
          '127.0.0.1',
          65001,
          NUMBERS[String(data.from)],
          NUMBERS[String(data.to)],
        ].join('|'),
      ),
    );
    expect(states.filter((line) => line.endsWith('|6'))).toHaveLength(2);
  });
});
