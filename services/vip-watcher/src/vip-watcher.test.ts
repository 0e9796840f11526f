import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Draft, problemWith, type RecordedFact, stamp } from '@vipcast/events';
import { type Log, memoryLog } from '@vipcast/log';
import { createClock, createLogger } from '@vipcast/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { Binder } from './bindings.ts';
import { startVipWatcher } from './vip-watcher.ts';

const clock = createClock();
const logger = createLogger('silent');
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** An interface list that remembers; links that start with `no` are not there. */
const binder = () => {
  const bound: string[] = [];
  const shell: Binder = {
    bind: async ({ w0 }, link) => {
      if (link.startsWith('no'))
        return { ok: false, reason: 'interface-unknown', message: `no ${link} here` };
      bound.push(`${w0 & 255}%${link}`);
      return { ok: true, changed: true };
    },
    unbind: async ({ w0 }, link) => {
      bound.splice(bound.indexOf(`${w0 & 255}%${link}`), 1);
      return { ok: true, changed: true };
    },
    bound: async () =>
      bound
        .map((each) => each.split('%'))
        .map(([octet, link = '']) => ({ address: `192.0.2.${octet}`, interface: link })),
  };
  return { shell, bound };
};

const start = (log: Log, shell: Binder = binder().shell) => {
  const watcher = startVipWatcher({ log, cluster: 'prod', node: 'n7', logger, binder: shell });
  cleanups.push(watcher.stop);
  return watcher;
};

/** Appends facts as the daemon or a person would. */
const world = (log: Log, node = 'n7') => {
  const writer = log.writer(`${node}/test`);
  const append = (draft: Draft): RecordedFact => {
    const fact = stamp(draft, { cluster: 'prod', node, id: clock.uuid(), at: clock.wall() });
    return writer.append([fact])[0] as RecordedFact;
  };
  const wish =
    (type: 'operator.AnnounceRequested' | 'operator.WithdrawRequested') =>
    (...addresses: string[]) =>
      append({ type, of: 'alice', data: { by: 'alice', addresses } });
  return {
    configure: (...vips: object[]) =>
      append({
        type: 'node.ConfigApplied',
        of: node,
        data: { file: 'vipcast.yaml', digest: '', plan: [], config: { vips } },
      }),
    announce: wish('operator.AnnounceRequested'),
    withdraw: wish('operator.WithdrawRequested'),
  };
};

const concluded = (log: Log) =>
  [...log.read()].filter(({ writer }) => writer === 'n7/vip-watcher') as RecordedFact<
    'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld' | 'operator.Refused'
  >[];
const lines = (log: Log) =>
  concluded(log).map(({ type, data }) =>
    'vip' in data ? `${type} ${data.vip} ${data.reason}` : `${type} ${data.because}`,
  );

const web = { name: 'web', addresses: ['192.0.2.10'], healthCheck: null, bind: null };

const serve = async (status: () => number): Promise<{ target: string; server: Server }> => {
  const server = createServer((_, response) => response.writeHead(status()).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return { server, target: `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz` };
};

const check = { kind: 'http', interval: 5, timeout: 1000, rise: 2, fall: 3 };

describe('the VIP watcher', () => {
  it('follows the configuration of its own node, and names it as the cause', async () => {
    const log = memoryLog();
    start(log);
    world(log, 'n8').configure({ ...web, name: 'not-ours' });
    const { configure } = world(log);
    const first = configure(web);
    await expect.poll(() => lines(log)).toEqual(['vip.Advertised web configured']);
    expect(concluded(log)[0]).toMatchObject({
      subject: 'vipcast.prod.n7.vip.web',
      causationId: first.id,
      correlationId: first.correlationId,
      data: { addresses: ['192.0.2.10'], source: 'static' },
    });
    configure();
    await expect.poll(() => lines(log).slice(1)).toEqual(['vip.Withdrawn web removed-from-config']);
  });

  it('writes facts as the catalogue has them', async () => {
    const log = memoryLog();
    start(log);
    const { configure, announce, withdraw } = world(log);
    configure(web, { ...web, name: 'off', addresses: ['192.0.2.11'], bind: 'nowhere' });
    announce('192.0.2.99', 'nonsense');
    await expect.poll(() => lines(log).length).toBe(4);
    withdraw('192.0.2.99', '192.0.2.11');
    await expect.poll(() => lines(log).length).toBe(6);
    for (const { type, data } of concluded(log)) expect(problemWith(type, data)).toBeUndefined();
  });

  it('advertises while the service is well', async () => {
    let status = 200;
    const { target } = await serve(() => status);
    const log = memoryLog();
    start(log);
    world(log).configure({ ...web, healthCheck: { ...check, target } });
    await expect
      .poll(() => lines(log))
      .toEqual(['vip.Withheld web health-unknown', 'vip.Advertised web healthy']);
    status = 503;
    await expect.poll(() => lines(log).at(-1)).toBe('vip.Withdrawn web unhealthy');
    const withdrawn = concluded(log).at(-1);
    expect(withdrawn?.data.because).toBe(`HTTP 503 from ${target}, 3 times in a row`);
    expect(withdrawn).toMatchObject({ causationId: '', correlationId: withdrawn?.id });
  });

  it('asks programs and ports too', async () => {
    const { server } = await serve(() => 200);
    const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const log = memoryLog();
    start(log);
    world(log).configure(
      { ...web, name: 'port', healthCheck: { ...check, kind: 'tcp', target } },
      {
        ...web,
        name: 'words',
        addresses: ['192.0.2.11'],
        healthCheck: { ...check, kind: 'exec', target: ['true'] },
      },
      {
        ...web,
        name: 'line',
        addresses: ['192.0.2.12'],
        healthCheck: { ...check, kind: 'exec', target: 'exit 7' },
      },
    );
    await expect
      .poll(() => lines(log).slice(3).sort())
      .toEqual([
        'vip.Advertised port healthy',
        'vip.Advertised words healthy',
        'vip.Withheld line unhealthy',
      ]);
  });

  it('binds before it advertises, with the same cause, and unbinds on stop', async () => {
    const log = memoryLog();
    const { shell, bound } = binder();
    const watcher = start(log, shell);
    const config = world(log).configure({ ...web, bind: 'lo' });
    await expect.poll(() => lines(log)).toEqual(['vip.Advertised web configured']);
    expect(bound).toEqual(['10%lo']);
    expect(concluded(log)[0]?.causationId).toBe(config.id);
    await watcher.stop();
    expect(bound).toEqual([]);
    expect(lines(log)).toEqual(['vip.Advertised web configured']);
  });

  it('takes off what a killed process left behind, if it is in its log', async () => {
    const log = memoryLog();
    const watcher = start(log);
    world(log).configure({ ...web, bind: 'lo' });
    await expect.poll(() => lines(log)).toEqual(['vip.Advertised web configured']);
    await watcher.stop();
    world(log).configure();
    const { shell, bound } = binder();
    bound.push('10%lo', '66%lo');
    start(log, shell);
    await expect.poll(() => bound).toEqual(['66%lo']);
  });

  it('says why an address could not be bound', async () => {
    const log = memoryLog();
    start(log);
    world(log).configure({ ...web, bind: 'nowhere' });
    await expect.poll(() => lines(log)).toEqual(['vip.Withheld web bind-failed']);
    expect(concluded(log)[0]?.data.because).toBe('no nowhere here');
  });

  it('refuses with the request that it refuses', async () => {
    const log = memoryLog();
    start(log);
    const wish = world(log).withdraw('192.0.2.77');
    await expect.poll(() => concluded(log).length).toBe(1);
    expect(concluded(log)[0]).toMatchObject({
      type: 'operator.Refused',
      causationId: wish.id,
      data: { request: wish.id, because: 'no VIP here has 192.0.2.77' },
    });
  });

  it('concludes ten thousand VIPs in a few appends', async () => {
    const log = memoryLog();
    let appends = 0;
    const counting: Log = {
      ...log,
      writer: (name) => {
        const writer = log.writer(name);
        return {
          ...writer,
          append: (facts) => {
            appends++;
            return writer.append(facts);
          },
        };
      },
    };
    start(counting);
    const vips = Array.from({ length: 10_000 }, (_, i) => ({
      ...web,
      name: `vip-${i}`,
      addresses: [`10.0.${i >> 8}.${i & 255}`],
    }));
    world(log).configure(...vips);
    await expect.poll(() => concluded(log).length).toBe(10_000);
    expect(appends).toBe(10);
  });
});

describe('a restart', () => {
  it('says nothing new, and keeps what operators said', async () => {
    const log = memoryLog();
    const first = start(log);
    const { configure, announce, withdraw } = world(log);
    configure(web, { ...web, name: 'shop', addresses: ['192.0.2.11'] });
    announce('192.0.2.99');
    withdraw('192.0.2.11', '192.0.2.77');
    await expect.poll(() => lines(log).length).toBe(5);
    await first.stop();
    const before = lines(log);
    const second = start(log);
    configure(web, { ...web, name: 'shop', addresses: ['192.0.2.11'] });
    announce('192.0.2.11');
    await expect.poll(() => lines(log).slice(before.length)).toEqual(['vip.Advertised shop configured']);
    await second.stop();
  });

  it('grants what was wished meanwhile, once', async () => {
    const log = memoryLog();
    const { configure, announce } = world(log);
    configure(web);
    const wish = announce('192.0.2.99');
    for (let i = 0; i < 2; i++) {
      await start(log).stop();
      expect(lines(log)).toEqual([
        'vip.Advertised web configured',
        'vip.Advertised 192.0.2.99 operator-announced',
      ]);
    }
    expect(concluded(log)[1]?.causationId).toBe(wish.id);
  });

  it('withdraws a sick service only after fall failures', async () => {
    let status = 200;
    const { target } = await serve(() => status);
    const log = memoryLog();
    const first = start(log);
    world(log).configure({ ...web, healthCheck: { ...check, target } });
    await expect.poll(() => lines(log).at(-1)).toBe('vip.Advertised web healthy');
    await first.stop();
    const before = lines(log).length;
    status = 500;
    start(log);
    expect(lines(log).length).toBe(before);
    await expect.poll(() => lines(log).slice(before)).toEqual(['vip.Withdrawn web unhealthy']);
    expect(concluded(log).at(-1)?.data.because).toContain('3 times in a row');
  });

  it('ignores the facts of other nodes', async () => {
    const log = memoryLog();
    const other = world(log, 'n8');
    other.configure(web);
    other.announce('192.0.2.99');
    await start(log).stop();
    expect(lines(log)).toEqual([]);
  });
});
