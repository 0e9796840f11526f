import { join } from 'node:path';
import { type Log, openJournal, readExport } from '@vipcast/log';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { run } from '../interop/process.ts';
import type { Evidence, Fact, Table, Told } from './evidence.ts';
import { type SoakLab, VIPS } from './lab.ts';
import { NODES, type NodeName, ROUTERS } from './names.ts';
import type { Nemesis } from './nemesis.ts';
import { heardBy } from './router-log.ts';

/** Looks on, and says in the end what there was to see. */
export interface Witness extends Disposable {
  /** Takes down what nodes have recorded of their own since the last time. */
  look(): void;
  /** Waits until all sessions are up and nothing more is recorded. */
  quiet(): Promise<void>;
  /** @param file for what the stream has, as an export */
  evidence(nemesis: Nemesis, file: string): Promise<Evidence>;
}

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const PATIENCE = 90_000;
/** With nothing recorded for so long it is quiet. */
const SILENCE = 3000;

const hostRoute = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

const streamOf = async ({ nodes, urls }: SoakLab, file: string): Promise<readonly Fact[]> => {
  await run(nodes.n1.host.namespace, [
    ...[NODE, MAIN, 'log', 'export', '--format', 'jsonl', '-O', file],
    ...['--nats', urls.join(','), '--cluster', 'test'],
  ]);
  return [...readExport(file).read()];
};

const journalOf = (file: string): readonly Fact[] => {
  const log = openJournal(file, { readOnly: true });
  const facts = [...log.read()];
  log.close();
  return facts;
};

const toldIn = ({ routers, nodes }: SoakLab): readonly Told[] => {
  const addresses = NODES.map((name) => nodes[name].host.ipv4);
  return ROUTERS.flatMap((router) =>
    heardBy(router, routers[router].logs(), addresses).map(({ neighbor, ...heard }) => ({
      ...heard,
      router,
      node: NODES[addresses.indexOf(neighbor)] ?? neighbor,
    })),
  );
};

const tablesIn = async (lab: SoakLab, nemesis: Nemesis): Promise<readonly Table[]> =>
  Promise.all(
    ROUTERS.flatMap((router) =>
      NODES.map(async (node): Promise<Table> => {
        const families = ['ipv4-unicast', 'ipv6-unicast'] as const;
        const neighbor = lab.nodes[node].host.ipv4;
        const routes = await Promise.all(
          families.map((family) => lab.routers[router].routes(family, neighbor)),
        );
        const wanted = [...Object.values(VIPS).flat(), ...nemesis.wished(node)].map(hostRoute);
        return { router, node, prefixes: routes.flat().map(({ prefix }) => prefix), wanted };
      }),
    ),
  );

/** Begins to look on. The journals are there already. */
export const createWitness = (lab: SoakLab): Witness => {
  const accepted: Fact[] = [];
  const journals = NODES.map((name): { name: NodeName; log: Log; position: number } => ({
    name,
    log: openJournal(lab.nodes[name].vipcast.journal, { readOnly: true }),
    position: 0,
  }));

  const look = (): void => {
    for (const journal of journals)
      for (const fact of journal.log.read({ after: journal.position })) {
        journal.position = fact.position;
        if (fact.writer.startsWith(`${journal.name}/`)) accepted.push(fact);
      }
  };

  const allUp = async (): Promise<boolean> => {
    const sessions = await Promise.all(
      Object.values(lab.routers).flatMap((router) =>
        NODES.map((name) => router.session(lab.nodes[name].host.ipv4)),
      ),
    );
    return sessions.every(({ state }) => state === 'Established');
  };

  return {
    look,
    quiet: async () => {
      let seen = { counts: '', since: performance.now() };
      await until(
        async () => {
          const lasts = journals.map(({ log }) => log.last());
          const counts = lasts.join(' ');
          if (counts !== seen.counts) seen = { counts, since: performance.now() };
          const isSilent = performance.now() - seen.since > SILENCE;
          return isSilent && new Set(lasts).size === 1 && (await allUp());
        },
        { what: 'the cluster to become quiet', timeout: PATIENCE, interval: 250, explain: () => seen.counts },
      );
    },
    evidence: async (nemesis, file) => {
      look();
      const stream = await streamOf(lab, file);
      const theirs = NODES.map((name) => [name, journalOf(lab.nodes[name].vipcast.journal)] as const);
      return {
        accepted,
        promised: nemesis.promised,
        readers: new Map([['stream', stream], ...theirs]),
        reference: 'stream',
        told: toldIn(lab),
        excuses: nemesis.excuses(),
        tables: await tablesIn(lab, nemesis),
      };
    },
    [Symbol.dispose]: () => {
      for (const { log } of journals) log.close();
    },
  };
};
