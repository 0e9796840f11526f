import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, type Outcome } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import type { Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type SoakLab, startSoakLab } from '../soak/lab.ts';
import { NODES, type NodeName, ROUTERS } from '../soak/names.ts';
import { rowsIn } from './sites.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
/** From the end of a node to when every view has dropped it. */
const LEASE = 30_000;
const WEB = '192.0.2.10';
const EXTRA = '198.51.100.31';

interface Row {
  readonly node: string;
  readonly peer: string;
  readonly state?: string;
  readonly announced?: boolean;
}

/** What is asked, and answered alike by everybody at any time. */
const QUESTIONS = [['peers'], ['why', WEB], ['why', EXTRA]] as const;

const pairs = (...nodes: readonly NodeName[]): readonly string[] =>
  nodes.flatMap((node) => ['bird', 'frr'].map((router) => `${node} ${router}`));

describe.skipIf(!have('namespaces', 'iproute2', 'frr', 'bird2', 'nats-server 2.14'))(
  'three nodes, each with a session to FRR and to BIRD',
  () => {
    let lab: SoakLab;
    beforeAll(async () => {
      lab = await startSoakLab();
      await untilTrue(NODES, NODES, []);
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    const vipcast = (name: NodeName): Vipcast => lab.nodes[name].vipcast;
    const survivors = ['n1', 'n2'] as const;

    const established = async (name: NodeName, ...more: readonly string[]): Promise<readonly string[]> =>
      rowsIn<Row>(await vipcast(name).cli('peers', '-o', 'json', ...more))
        .filter(({ state }) => state === 'Established')
        .map(({ node, peer }) => `${node} ${peer}`);

    const announcing = async (name: NodeName, target: string, ...more: readonly string[]) =>
      rowsIn<Row>(await vipcast(name).cli('why', target, '-o', 'json', ...more))
        .filter(({ announced }) => announced)
        .map(({ node, peer }) => `${node} ${peer}`);

    /** Whom routers have an address from, by their own word. */
    const heardFrom = async (address: string): Promise<readonly string[]> => {
      const heard: string[] = [];
      for (const node of NODES)
        for (const router of ROUTERS.toSorted()) {
          const routes = await lab.routers[router].routes('ipv4-unicast', lab.nodes[node].host.ipv4);
          if (routes.some(({ prefix }) => prefix === `${address}/32`)) heard.push(`${node} ${router}`);
        }
      return heard;
    };

    /** Waits until these nodes answer alike, and as routers have it. */
    const untilTrue = (asked: readonly NodeName[], alive: readonly NodeName[], extra: readonly NodeName[]) =>
      until(
        async () => {
          expect(await heardFrom(WEB)).toEqual(pairs(...alive));
          expect(await heardFrom(EXTRA)).toEqual(pairs(...extra));
          for (const name of asked) {
            expect(await established(name)).toEqual(pairs(...alive));
            expect(await announcing(name, WEB)).toEqual(pairs(...alive));
            if (extra.length > 0) expect(await announcing(name, EXTRA)).toEqual(pairs(...extra));
          }
          return true;
        },
        {
          what: 'answers that are true',
          timeout: LEASE + 20_000,
          interval: 500,
          explain: () => NODES.map((name) => vipcast(name).stderr().slice(-1500)).join('\n'),
        },
      );

    /** Rows without what is each log's own: where facts are in it. */
    const plain = (_: string, value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? { ...value, seq: undefined, position: undefined }
        : value;
    const answer = async (name: NodeName, ask: readonly string[], at: readonly string[] = []) => {
      const { code, stdout } = await vipcast(name).cli(...ask, '-o', 'json', ...at);
      const items = stdout === '' ? '' : JSON.stringify(JSON.parse(stdout).items, plain);
      return { code, items: items.replaceAll(/\bseq \d+/g, 'seq') };
    };
    const answers = async (name: NodeName, at: readonly string[] = []) =>
      Promise.all(QUESTIONS.map((ask) => answer(name, ask, at)));

    it('tell the truth about one that is killed, then and for every earlier moment', {
      timeout: 400_000,
    }, async () => {
      const moments: { readonly at: string; readonly said: Awaited<ReturnType<typeof answers>> }[] = [];
      /** What was true at a time when nothing happened, as a live node said then. */
      const remember = async (): Promise<void> => {
        const at = new Date().toISOString();
        moments.push({ at, said: await answers('n1') });
      };
      const agree = async (): Promise<void> => {
        for (const { at, said } of moments)
          for (const name of survivors)
            expect([name, at, await answers(name, ['--at', at])]).toEqual([name, at, said]);
      };

      // Another test may have stopped a node, and begun it again.
      await untilTrue(NODES, NODES, []);
      await remember();
      expect((await vipcast('n3').cli('announce', EXTRA)).code).toBe(0);
      await untilTrue(NODES, NODES, ['n3']);
      await remember();
      expect(moments[0]?.said).not.toEqual(moments[1]?.said);

      await vipcast('n3').kill();
      await untilTrue(survivors, survivors, []);
      await remember();
      for (const name of survivors) {
        const asked = await vipcast(name).cli('peers', '--node', 'n3', '-o', 'json');
        expect(rowsIn<Row>(asked).map(({ state }) => state)).toEqual(['Idle', 'Idle']);
        const why = await vipcast(name).cli('why', EXTRA, '--node', 'n3');
        expect([why.code, why.stdout]).toEqual([1, expect.stringMatching(/NOT announced by n3[\s\S]*lease/)]);
      }
      await agree();

      await vipcast('n3').restart();
      await untilTrue(NODES, NODES, ['n3']);
      await remember();
      await agree();
      await vipcast('n3').cli('withdraw', EXTRA);
    });

    /** Has a folder of its own and no network, not even a loopback. */
    const withoutNetwork = (journal: string, ...args: readonly string[]): Promise<Outcome> =>
      exec(null, [
        'unshare',
        '--net',
        NODE,
        MAIN,
        ...args,
        ...(args[0] === 'replay' ? [journal] : ['--journal', journal]),
      ]);

    it.each(NODES)(
      'leave in the journal of %s all that a replay elsewhere needs',
      { timeout: 120_000 },
      async (name) => {
        await vipcast(name).stop();
        const here = await vipcast(name).cli('replay');
        const copy = await scratch('copy');
        try {
          await mkdir(join(copy, 'elsewhere'));
          for (const file of await readdir(vipcast(name).folder))
            if (/^journal\.db.*(?<!\.sock)$/.test(file))
              await copyFile(join(vipcast(name).folder, file), join(copy, 'elsewhere', file));
          const journal = join(copy, 'elsewhere', 'journal.db');
          const there = await withoutNetwork(journal, 'replay');
          expect([here.code, here.stdout]).toEqual([
            0,
            expect.stringMatching(/^equal$[\s\S]*^state [0-9a-f]{64}$/m),
          ]);
          expect(there.stdout).toBe(here.stdout);
          const at = new Date().toISOString();
          for (const ask of QUESTIONS)
            expect((await withoutNetwork(journal, ...ask, '--at', at, '-o', 'json')).stdout).toBe(
              (await vipcast(name).cli(...ask, '--at', at, '-o', 'json')).stdout,
            );
        } finally {
          await discard(copy);
          await vipcast(name).restart();
        }
      },
    );
  },
);
