import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import {
  BAD_METADATA,
  BAD_SERVICES,
  BAD_SLICES,
  endpoint,
  FOUR,
  ips,
  ODD,
  SIX,
  slices,
} from './bad-objects.ts';
import { type HostileCluster, startHostileCluster } from './hostile-cluster.ts';
import {
  answer,
  bookmark,
  cutShort,
  halfOf,
  listOf,
  loginPage,
  refuse,
  say,
  stream,
} from './hostile-replies.ts';
import type { KubernetesObject } from './object.ts';
import { node, type ServiceWords, service } from './objects.ts';
import { pod, slicesOf } from './serving.ts';

const prefixOf = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/** Three Services that nothing is wrong with: whatever is said of others, they stay. */
const BYSTANDERS: readonly (ServiceWords & { readonly addresses: readonly string[] })[] = [
  { name: 'four', addresses: ['192.0.2.101'] },
  { name: 'six', addresses: ['2001:db8::102'] },
  { name: 'both', addresses: ['192.0.2.103', '2001:db8::103'] },
];
const STAY = BYSTANDERS.flatMap(({ addresses }) => addresses.map(prefixOf));

describe.skipIf(!have('openssl'))('an API server that says', () => {
  let cluster: HostileCluster;
  let router: Receiver;
  let vipcast: Vipcast;
  let pid: number;
  beforeAll(async () => {
    cluster = await startHostileCluster();
    router = await startReceiver({
      localASN: 65001,
      routerId: '10.0.0.1',
      address: '127.0.0.1',
      port: 0,
      holdTime: 9,
    });
    cluster.put('nodes', node({ name: 'n1', addresses: ['10.0.0.7'] }));
    for (const words of BYSTANDERS) {
      cluster.put('endpointslices', ...slicesOf(words, [pod('n1')]));
      cluster.put('services', service(words));
    }
    vipcast = await startVipcast(
      null,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
kubernetes: { enabled: true, resources: false, kubeconfig: ${cluster.hostile.kubeconfig} }
`,
    );
    pid = vipcast.pid();
    await hears();
  });
  beforeEach(async () => {
    await sees('all watches', () => cluster.watches().open === 3);
    // Each has told something and ends in good order: what came before does not make the next failure a longer one.
    cluster.put('nodes', node({ name: 'n1', addresses: ['10.0.0.7'] }));
    await takesIn();
    const { opened } = cluster.watches();
    cluster.endWatches(false);
    await sees('all watches again', () => cluster.watches().opened === opened + 3);
    cluster.put('endpointslices', ...slicesOf(ODD, [pod('n1')]));
    cluster.put('services', ips(FOUR, SIX));
    await hears(FOUR, SIX);
  });
  afterEach(() => {
    expect(withdrawals(router.updates).filter((prefix) => STAY.includes(prefix))).toEqual([]);
    expect([vipcast.alive(), vipcast.pid(), router.establishedCount()]).toEqual([true, pid, 1]);
    expect(written()).not.toMatch(/a step failed|[^\P{Cc}\n]/u);
  });
  afterAll(async () => {
    await vipcast?.[Symbol.asyncDispose]();
    await router?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const written = (): string => vipcast.stdout() + vipcast.stderr();
  const sees = (what: string, condition: () => unknown, timeout = 30_000) =>
    until(condition, { what, timeout, explain: written });
  /** The bystanders, and these. */
  const hears = (...addresses: readonly string[]) =>
    sees(`routes to ${addresses}`, () => {
      expect(known(router.updates)).toEqual([...STAY, ...addresses.map(prefixOf)].toSorted());
      return true;
    });
  /** Everything said so far was taken in, if that is. */
  const takesIn = async (): Promise<void> => {
    const name = `later-${cluster.hostile.asked.length}`;
    const words = { name, addresses: ['192.0.2.77'] };
    const before = known(router.updates);
    cluster.put('endpointslices', ...slicesOf(words, [pod('n1')]));
    cluster.put('services', service(words));
    await sees('a later Service', () => known(router.updates).includes('192.0.2.77/32'));
    cluster.remove('services', service(words));
    await sees('its end', () => !known(router.updates).includes('192.0.2.77/32'));
    expect(known(router.updates)).toEqual(before);
  };
  const logs = (text: RegExp) => sees(`a line ${text}`, () => text.test(written()));

  it.each(BAD_SERVICES)('%s', async (_, object, announced, because) => {
    cluster.put('services', object);
    await hears(...announced);
    await takesIn();
    if (because === null) return;
    expect((await vipcast.cli('vips', 'default/odd', '-o', 'json')).stdout).toMatch(because);
  });

  it.each(BAD_METADATA)('%s', async (_, object) => {
    cluster.put('services', object);
    await takesIn();
    await hears(FOUR, SIX);
  });

  it.each(BAD_SLICES)('%s', async (_, objects, announced) => {
    cluster.put('endpointslices', ...objects);
    await hears(...announced);
    await takesIn();
  });

  describe('on a watch', () => {
    const old = (version: string): KubernetesObject => {
      const object = ips('192.0.2.66');
      return { ...object, metadata: { ...object.metadata, uid: 'uid-odd', resourceVersion: version } };
    };

    it('DELETED twice, and of what never was', async () => {
      for (const _ of [1, 2]) cluster.remove('services', ips(FOUR, SIX), service({ name: 'never' }));
      cluster.remove('endpointslices', ...slicesOf({ name: 'never' }, []));
      await hears();
      await takesIn();
    });

    it('versions in no order: what was said last holds', async () => {
      cluster.say(
        'services',
        { type: 'MODIFIED', object: old('999999') },
        { type: 'MODIFIED', object: old('3') },
      );
      await hears('192.0.2.66');
      cluster.put('services', ips(FOUR));
      await hears(FOUR);
    });

    it('nothing but bookmarks', async () => {
      for (let version = 1; version < 200; version++)
        cluster.say('services', bookmark('Service', `${version}`), bookmark('Service', ''));
      await takesIn();
      await hears(FOUR, SIX);
    });

    it('a Service that is deleted and another by its name, in one breath', async () => {
      const next = { ...ips(FOUR), metadata: { ...service(ODD).metadata, uid: 'another' } };
      cluster.remove('services', ips(FOUR, SIX));
      cluster.put('services', next);
      await hears(FOUR);
    });

    it('this Node deleted and there again', async () => {
      const before = withdrawals(router.updates).length;
      const n1 = node({ name: 'n1', addresses: ['10.0.0.7'] });
      const metadata = { ...n1.metadata, uid: 'renewed', resourceVersion: '5000' };
      // In one breath: what is withdrawn for a moment would show.
      cluster.say('nodes', { type: 'DELETED', object: n1 }, { type: 'ADDED', object: { ...n1, metadata } });
      await takesIn();
      expect(withdrawals(router.updates).slice(before)).toEqual(['192.0.2.77/32']);
    });

    it('a policy that flips every 100 ms', async () => {
      const elsewhere = [endpoint({ nodeName: 'n2' })];
      cluster.put('endpointslices', ...slices(elsewhere));
      const flip = (isLocal: boolean) => {
        const object = ips(FOUR, SIX);
        const spec = { ...(object.spec as object), externalTrafficPolicy: isLocal ? 'Local' : 'Cluster' };
        cluster.put('services', { ...object, spec });
      };
      for (let turn = 0; turn < 20; turn++) {
        flip(turn % 2 === 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await hears(FOUR, SIX);
      flip(true);
      await hears();
    });

    it('lines that are no events', async () => {
      cluster.say('services', { type: 'ADDED' }, { type: 'ADDED', object: { metadata: 7 } }, [], {
        type: 'NEW',
      });
      cluster.put('services', ips(FOUR));
      await hears(FOUR);
    });

    it('410 again and again', async () => {
      const gone = refuse(410, 'Expired');
      cluster.spoilWatches('services', gone, gone, gone);
      cluster.endWatches();
      await sees('all of it', () => cluster.left() === 0);
      await takesIn();
      await hears(FOUR, SIX);
    });

    it('a bookmark and the end, again and again', async () => {
      const short = stream(say(bookmark('Service', '7')), ({ response }) => void response.end());
      cluster.spoilWatches('services', short, short, short);
      cluster.endWatches(false);
      await sees('all of it', () => cluster.left() === 0);
      await takesIn();
      await hears(FOUR, SIX);
    });
  });

  /** Items 24 and 26: whatever a list is answered with, what is known stays. */
  it.each([
    ['500', refuse(500, 'InternalError'), /500 InternalError/],
    ['429', refuse(429, 'TooManyRequests', 1), /429 TooManyRequests/],
    ['401, as for a token that expired', refuse(401, 'Unauthorized'), /401 Unauthorized/],
    ['403', refuse(403, 'Forbidden'), /403 Forbidden/],
    ['half the JSON', halfOf(listOf('Service', [ips(FOUR)], '9')), /are not JSON/],
    ['half the JSON and the end', cutShort(listOf('Service', [ips(FOUR)], '9')), /not heard/],
    ['a page to log in at', loginPage(), /text\/html/],
    ['a list of nothing', answer(200, {}), /no list/],
    ['a list without a version', answer(200, { metadata: {}, items: [] }), /no list/],
  ])('to a list %s', async (_, reply, words) => {
    cluster.spoilLists('services', reply, reply);
    cluster.endWatches();
    await sees('all of it', () => cluster.left() === 0);
    await logs(words);
    await takesIn();
    await hears(FOUR, SIX);
  });

  /** Item 25. */
  it.each(['services', 'endpointslices'] as const)('empty lists of %s, for a while', async (plural) => {
    // Of a version that nothing came after: the watch from there is silent.
    const empty = answer(200, listOf('Object', [], '999999999'));
    cluster.spoilLists(plural, empty);
    cluster.endWatches();
    await sees('that all are held', async () => {
      const { stdout } = await vipcast.cli('vips', '-o', 'json');
      const reasons = JSON.parse(stdout).items.map(({ reason }: { reason: string }) => reason);
      return reasons.filter((reason: string) => reason === 'held').length === 4;
    });
    await hears(FOUR, SIX);
    cluster.endWatches();
    await sees('that none is', async () => {
      const { stdout } = await vipcast.cli('vips', '-o', 'json');
      return !stdout.includes('"held"');
    });
    await hears(FOUR, SIX);
  });
});
