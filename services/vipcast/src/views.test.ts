import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allWell, announced, configApplied, established, lost, vip } from './example.ts';
import { BEGIN, run, runHere, say, start, temporaryFolder, write } from './testing.ts';

const folder = temporaryFolder();
const well = join(folder.path, 'well.db');
const broken = join(folder.path, 'broken.db');
const empty = join(folder.path, 'empty.db');
const at = ['--at', '2025-06-01T11:00:00Z'];

beforeAll(() => {
  write(empty, []);
  write(well, allWell(BEGIN));
  const other = allWell(BEGIN).map((said) => ({ ...said, node: 'n2' }));
  write(broken, other);
  write(broken, [...allWell(BEGIN + 100_000), lost], BEGIN + 100_000);
});
afterAll(folder.remove);

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

describe('tables', () => {
  it('of peers, as of a moment in the past', async () => {
    const { code, out, err } = await run(['peers', '--journal', broken, ...at]);
    expect(err).toBe('');
    expect(lines(out).slice(1)).toEqual([
      'NODE  PEER  LOCAL AS  PEER AS  ADDRESS   STATE        UP/DOWN  FAMILY        RCVD  ADV  FLAPS  LAST ERROR',
      'n1    tor1     65000    65001  10.0.0.1  Idle          58m13s  -                -    -      1  Hold Timer Expired (4/0), sent by us (58m13s ago)',
      'n2    tor1     65000    65001  10.0.0.1  Established   59m56s  ipv4-unicast     0    1      0  -',
      '                                                               ipv6-unicast     0    0',
    ]);
    expect(lines(out)[0]).toMatch(/^AS OF 2025-06-01T11:00:00Z \(seq 15, \d+d\d*h? ago\) - not live$/);
    expect(code).toBe(0);
  });

  it.each([
    [
      'routes',
      [
        'NODE  PEER  PREFIX         NEXT HOP  AS PATH  MED  LOCAL PREF  COMMUNITIES',
        'n1    tor1  192.0.2.10/32  10.0.0.7  65000      -           -  65000:100',
      ],
    ],
    [
      'vips',
      [
        'NODE  VIP  ADDRESSES   SOURCE  STATE       REASON      SINCE                 PEERS',
        'n1    web  192.0.2.10  static  advertised  configured  2025-06-01T10:00:02Z    1/1',
      ],
    ],
    [
      'next-hops',
      [
        'NODE  PEER  FAMILY        NEXT HOP  STRATEGY  WHY',
        "n1    tor1  ipv4-unicast  10.0.0.7  session   the session's local address",
        'n1    tor1  ipv6-unicast  -         -         not decided yet',
      ],
    ],
  ])('of %s', async (verb, expected) => {
    const { code, out } = await runHere([verb, '--journal', well]);
    expect(lines(out)).toEqual(expected);
    expect(code).toBe(0);
  });

  it('of the VIPs of Services, with the Service', async () => {
    const cluster = join(folder.path, 'cluster.db');
    const { draft } = vip('vip.Advertised', 'endpoints', ['192.0.2.10']);
    const data = { ...draft.data, source: 'kubernetes', object: 'Service default/web' };
    write(cluster, [...allWell(BEGIN), say('vip.Advertised', data as never)]);
    const { out } = await runHere(['vips', '--journal', cluster, '-o', 'wide']);
    expect(lines(out)[0]).toMatch(/ PEERS {2}OBJECT +TOLD +BECAUSE$/);
    expect(lines(out)[1]).toMatch(
      / kubernetes {2}.* 1\/1 {2}Service default\/web {2}tor1 {2}as the test says$/,
    );
  });

  it('of a history, within a window', async () => {
    const { out, code } = await runHere([
      'history',
      'tor1',
      '--journal',
      broken,
      '--node',
      'n1',
      '--since',
      'seq:14',
    ]);
    expect(lines(out)).toEqual([
      'TIME                  SEQ  NODE  CHANGE           WHAT                                                                    CAUSE',
      '2025-06-01T10:01:46Z   14  n1    route.Announced  told tor1: 192.0.2.10/32, next hop 10.0.0.7, AS path 65000              seq 13 nexthop.Resolved',
      '2025-06-01T10:01:47Z   15  n1    session.Closed   connection closed in Established: Hold Timer Expired (4/0), sent by us  -',
    ]);
    expect(code).toBe(0);
  });
});

describe('why', () => {
  it('tells the chain, and exits 0 when everybody was told', async () => {
    const { code, out, err } = await runHere(['why', 'web', '--journal', well]);
    expect(lines(out)).toEqual([
      '192.0.2.10/32 (web) is announced by n1 to tor1 since 2025-06-01T10:00:06Z (seq 7)',
      '  ok daemon        configuration /etc/vipcast.yaml applied (seq 2, 2025-06-01T10:00:01Z)',
      '  ok vip web       advertised, configured: as the test says (seq 3, 2025-06-01T10:00:02Z)',
      '  ok session tor1  Established with 10.0.0.1 AS 65001 (IPv4 and IPv6) (seq 5, 2025-06-01T10:00:04Z)',
      '  ok family        IPv4 unicast negotiated (seq 5, 2025-06-01T10:00:04Z)',
      "  ok next hop      IPv4 next hop 10.0.0.7 (session): the session's local address (seq 6, 2025-06-01T10:00:05Z)",
      '  ok update        told tor1: 192.0.2.10/32, next hop 10.0.0.7, AS path 65000; sent on seq 6 (seq 7, 2025-06-01T10:00:06Z)',
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('tells what stops it, who still announces and where to look, and exits 1', async () => {
    const { code, out, err } = await run(['why', '192.0.2.10', '--node', 'n1', '--journal', broken]);
    expect(lines(out)).toEqual([
      '192.0.2.10/32 (web) is NOT announced by n1 to tor1 since 2025-06-01T10:01:47Z (seq 15)',
      '  ok daemon        configuration /etc/vipcast.yaml applied (seq 9, 2025-06-01T10:01:41Z)',
      '  ok vip web       advertised, configured: as the test says (seq 10, 2025-06-01T10:01:42Z)',
      '  x  session tor1  Idle, not Established; last: Hold Timer Expired (4/0), sent by us (seq 15, 2025-06-01T10:01:47Z)',
      'Still announced by: n2 (to tor1).',
    ]);
    expect(err).toBe('Next: vipcast history tor1 --node n1 --since -1h\n');
    expect(code).toBe(1);
  });

  it('knew the answer before the session was lost', async () => {
    const { code } = await runHere(['why', 'web', '--journal', broken, '--at', 'seq:14']);
    expect(code).toBe(0);
  });
});

describe('status', () => {
  it('exits 0 when all is well', async () => {
    const { code, out } = await runHere(['status', '--journal', well, ...at]);
    expect(lines(out).slice(1)).toEqual([
      'NODE  DAEMON   DRAIN  SESSIONS  ADVERTISED  WITHHELD  CONFIG  LAST FACT           PROBLEMS',
      'n1    running  -           1/1           1         0  ok      59m54s ago (seq 7)  none',
    ]);
    expect(code).toBe(0);
  });

  it('says who drains, and what is worth knowing when asked for all', async () => {
    const draining = join(folder.path, 'draining.db');
    write(draining, [...allWell(BEGIN), say('node.DrainStarted', { because: 'alice drained the node' })]);
    const { code, out } = await runHere(['status', '--journal', draining, '-o', 'wide']);
    expect(lines(out)[0]).toMatch(
      /^NODE {2}DAEMON {3}DRAIN {5}SESSIONS .* PROBLEMS {2}VERSION {2}SINCE +NOTES$/,
    );
    expect(lines(out)[1]).toMatch(
      /^n1 {4}running {2}draining +1\/1 .* none .*Z {2}drain started: alice drained/,
    );
    expect(code).toBe(0);
  });

  it('exits 3 and says what is wrong when it is not', async () => {
    const { code, out } = await runHere(['status', '--journal', broken]);
    expect(out).toContain('session with tor1 is Idle: Hold Timer Expired (4/0), sent by us');
    expect(code).toBe(3);
    expect((await runHere(['status', '--journal', empty])).code).toBe(3);
  });

  it('exits 4 when the log says that a daemon runs and nobody listens there', async () => {
    const { code, out, err } = await runHere(['status'], { env: { VIPCAST_JOURNAL: well } });
    expect(out).toContain('running');
    expect(err).toContain('E_DAEMON_UNREACHABLE');
    expect(code).toBe(4);
  });
});

describe('documents', () => {
  it('are versioned objects that say as of when', async () => {
    const { out } = await runHere(['routes', '--journal', well, '-o', 'json', '--at', 'seq:7']);
    expect(JSON.parse(out)).toEqual({
      apiVersion: 'vipcast/v1',
      kind: 'Routes',
      asOf: { time: '2025-06-01T10:00:06.000Z', seq: 7 },
      items: [
        {
          node: 'n1',
          peer: 'tor1',
          prefix: '192.0.2.10/32',
          family: 'ipv4-unicast',
          vip: 'web',
          nextHops: ['10.0.0.7'],
          origin: 'igp',
          asPath: [65000],
          med: null,
          localPref: null,
          communities: ['65000:100'],
          extendedCommunities: [],
          largeCommunities: [],
          refused: null,
          since: '2025-06-01T10:00:06.000Z',
          changedAt: '2025-06-01T10:00:06.000Z',
          seq: 7,
        },
      ],
    });
  });

  it('say the same in YAML', async () => {
    const same = ['why', 'web', '--journal', well, '--at', 'seq:7', '-o'];
    const [json, yaml] = await Promise.all([runHere([...same, 'json']), runHere([...same, 'yaml'])]);
    expect(parse(yaml.out)).toEqual(JSON.parse(json.out));
  });

  it.each(['peers', 'vips', 'next-hops', 'status'])('of %s have items of this node', async (verb) => {
    const { out } = await runHere([verb, '--journal', broken, '-o', 'json', '--node', 'n2']);
    const { apiVersion, items } = JSON.parse(out);
    expect(apiVersion).toBe('vipcast/v1');
    expect(items.length).toBeGreaterThan(0);
    for (const { node } of items) expect(node).toBe('n2');
  });

  it('of an empty log have no items', async () => {
    const { code, out } = await runHere(['peers', '--journal', empty, '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'Peers', asOf: { seq: 0 }, items: [] });
    expect(code).toBe(0);
  });
});

describe('the log', () => {
  it('is one object a line', async () => {
    const { out } = await runHere([
      'log',
      '--journal',
      well,
      '-o',
      'json',
      '--since',
      'seq:3',
      '--until',
      'seq:5',
    ]);
    const facts = lines(out).map((line) => JSON.parse(line));
    expect(facts.map(({ seq, type, at: decided }) => [seq, type, decided])).toEqual([
      [3, 'vip.Advertised', '2025-06-01T10:00:02.000Z'],
      [4, 'session.StateChanged', '2025-06-01T10:00:03.000Z'],
      [5, 'session.Established', '2025-06-01T10:00:04.000Z'],
    ]);
    expect(facts[0]).toMatchObject({
      subject: 'vipcast.test.n1.vip.web',
      writer: 'n1/vip-watcher',
      epoch: 1,
      n: 1,
    });
    expect(facts[0].hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['vipcast.test.n1.vip.web', 1],
    ['vipcast.*.*.session.*', 2],
    ['vipcast.test.n1.>', 7],
    ['vipcast.test.n2.>', 0],
    ['vipcast.test.n1', 0],
  ])('has the facts of %s', async (subject, count) => {
    const { out } = await runHere(['log', '--journal', well, '--subject', subject]);
    expect(out === '' ? 0 : lines(out).length).toBe(count);
  });
});

/** Calls until something holds; the test's own time limit ends a vain wait. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('following', () => {
  it('prints a watched view again when its rows change, and only then', async () => {
    const journal = join(folder.path, 'watched.db');
    write(journal, allWell(BEGIN));
    const watching = start(['peers', '-w', '-o', 'json', '--journal', journal]);
    await until(() => lines(watching.out()).length === 1 && watching.out().endsWith('\n'));
    write(journal, [vip('vip.Advertised', 'healthy', ['192.0.2.10'])], BEGIN + 50_000);
    write(journal, [lost], BEGIN + 60_000);
    await until(() => lines(watching.out()).length >= 2 && watching.out().endsWith('\n'));
    watching.kill('SIGINT');
    const { code, out } = await watching.ended;
    expect(lines(out).map((line) => JSON.parse(line).items[0].state)).toEqual(['Established', 'Idle']);
    expect(code).toBe(0);
  });

  it('prints facts of other processes as they are written', async () => {
    const journal = join(folder.path, 'followed.db');
    write(journal, [say('node.Started', { version: '1', pid: 1, services: [] })]);
    const following = start(['log', '-f', '--journal', journal]);
    await until(() => following.out().includes('node.Started'));
    write(journal, [configApplied('n1', ['tor1']), established('tor1'), announced('192.0.2.1/32')]);
    await until(() => following.out().includes('route.Announced'));
    following.kill('SIGTERM');
    expect((await following.ended).code).toBe(0);
  });
});
