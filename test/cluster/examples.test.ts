import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, type Running, spawn, stop } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { onPath } from '../setup/executables.ts';
import { have } from '../setup/packages.ts';
import { type Member, startMember } from './members.ts';
import { startNats } from './nats.ts';

const EXAMPLES = join(ROOT, 'packages', 'client', 'examples');

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};
const folderFor = async (label: string): Promise<string> => {
  const folder = await scratch(label);
  cleanups.push({ [Symbol.asyncDispose]: () => discard(folder) });
  return folder;
};
const start = (argv: readonly string[]): Running => {
  const running = spawn(null, argv);
  cleanups.push({ [Symbol.asyncDispose]: () => stop(running) });
  return running;
};

interface Line {
  readonly position: number;
  readonly type: string;
  readonly n: number | string;
  readonly data: { readonly because: string };
}

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** Waits until an example has printed what the member wrote, from one fact on: each once and in order. */
const untilPrinted = (running: Running, { wrote }: Member, from = 0): Promise<unknown> =>
  until(
    () => {
      const lines = linesOf(running.stdout());
      expect(lines.map(({ n }) => Number(n))).toEqual(wrote.slice(from).map((_, i) => from + i + 1));
      expect(lines.map(({ data }) => data.because)).toEqual(wrote.slice(from).map((_, i) => `${from + i}`));
      return true;
    },
    { what: 'every fact', timeout: 20_000, explain: running.stderr },
  );

describe.skipIf(!have('nats-server 2.14'))('the examples', () => {
  it('in TypeScript: follow.ts goes on from its place', { timeout: 90_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const member = await kept(startMember('n1', [nats.url]));
    const place = join(await folderFor('place'), 'place.json');
    const argv = [NODE, join(EXAMPLES, 'follow.ts'), nats.url, 'test', place];
    member.append(20);
    const first = start(argv);
    await untilPrinted(first, member);
    await nats.restart();
    member.append(5);
    await untilPrinted(first, member);
    first.signal('SIGTERM');
    expect((await first.exited).code).toBe(0);
    member.append(5);
    await untilPrinted(start(argv), member, 25);
  });

  it('in TypeScript: watch-vip.ts says what is known', { timeout: 60_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const member = await kept(startMember('n1', [nats.url]));
    member.append(1);
    const watching = start([NODE, join(EXAMPLES, 'watch-vip.ts'), nats.url, 'test', '192.0.2.0']);
    await until(() => watching.stdout().includes('n1 -: no peer is configured'), {
      what: 'the answer',
      explain: () => watching.stdout() + watching.stderr(),
    });
  });

  it.skipIf(!onPath('go'))('in Go: with nothing of ours', { timeout: 300_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const member = await kept(startMember('n1', [nats.url]));
    const program = join(await folderFor('go'), 'follow');
    const built = await exec(null, ['go', 'build', '-o', program, '.'], {
      cwd: join(EXAMPLES, 'go'),
      timeout: 240_000,
    });
    expect(built.code, built.stderr).toBe(0);
    member.append(20);
    const running = start([program, '-server', nats.url, '-cluster', 'test']);
    await untilPrinted(running, member);
    await nats.restart();
    member.append(5);
    await untilPrinted(running, member);
    await nats.restart({ fresh: true });
    member.append(5);
    await untilPrinted(running, member);
    const [, second] = linesOf(running.stdout());
    const rest = start([program, '-server', nats.url, '-cluster', 'test', '-after', `${second?.position}`]);
    await untilPrinted(rest, member, 2);
  });
});
