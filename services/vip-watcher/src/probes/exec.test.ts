import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { probeExec } from './exec.ts';
import { printable } from './outcome.ts';

const never = new AbortController().signal;
const node = (script: string) => [process.execPath, '--eval', script];

/** A process that was killed and that nobody has buried yet is not alive. */
const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('an exec probe', () => {
  it('takes exit 0 as healthy', async () => {
    expect(await probeExec(['true'], never)).toEqual({ healthy: true, detail: 'exit 0' });
  });

  it('says how it ended, with the last line of what was said', async () => {
    const script =
      'console.log("one"); console.error("\\u001b[31mtwo\\u0007\\u001b[0m\\n\\n"); process.exitCode = 3';
    expect(await probeExec(node(script), never)).toEqual({ healthy: false, detail: 'exit 3: two' });
    expect(await probeExec(['sh', '-c', 'kill -TERM $$'], never)).toEqual({
      healthy: false,
      detail: 'killed by SIGTERM',
    });
  });

  it('needs no shell', async () => {
    expect((await probeExec(['echo', '$HOME; exit 1', '`id`'], never))?.detail).toBe(
      'exit 0: $HOME; exit 1 `id`',
    );
  });

  it('says that there is nothing to run', async () => {
    expect(await probeExec(['/nowhere/check'], never)).toEqual({
      healthy: false,
      detail: 'cannot run /nowhere/check: no such file',
    });
  });

  it('keeps little of much output', async () => {
    const outcome = await probeExec(node('process.stdout.write("x".repeat(5e6))'), never);
    expect(outcome?.healthy).toBe(true);
    expect(outcome?.detail.length).toBeLessThan(250);
  });

  it('does not know the daemon’s environment', async () => {
    process.env.VIPCAST_TEST_SECRET = 'hunter2';
    const outcome = await probeExec(['sh', '-c', 'echo "[$VIPCAST_TEST_SECRET]"'], never);
    delete process.env.VIPCAST_TEST_SECRET;
    expect(outcome?.detail).toBe('exit 0: []');
  });

  it('does not wait for what was left behind', async () => {
    const outcome = await probeExec(['sh', '-c', 'sleep 60 & echo $!'], never);
    const pid = Number(outcome?.detail.replace('exit 0: ', ''));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });

  it('is killed with all that it started', async () => {
    const giveUp = new AbortController();
    const folder = mkdtempSync(join(tmpdir(), 'vipcast-exec-'));
    const pids = join(folder, 'pids');
    const outcome = probeExec(['sh', '-c', `sleep 60 & echo $$ $! > ${pids}; wait`], giveUp.signal);
    const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(' ').map(Number) : []);
    await expect.poll(started).toHaveLength(2);
    const [shell = 0, sleep = 0] = started();
    expect([isAlive(shell), isAlive(sleep)]).toEqual([true, true]);
    giveUp.abort();
    expect(await outcome).toBeUndefined();
    await expect.poll(() => [isAlive(shell), isAlive(sleep)]).toEqual([false, false]);
    rmSync(folder, { recursive: true });
  });
});

describe('printable text', () => {
  it.each([
    ['a\u0000b\u001b[2Jc', 'a bc'],
    ['user\u202etxt', 'user txt'],
    [' two\r\nlines ', 'two lines'],
    ['x'.repeat(300), `${'x'.repeat(200)}…`],
  ])('%j', (text, plain) => {
    expect(printable(text)).toBe(plain);
  });
});
