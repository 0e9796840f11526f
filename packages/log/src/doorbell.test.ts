import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DoorbellTaken, listenDoorbell, ringDoorbell } from './doorbell.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipcast-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A daemon that listens until it is killed. */
const daemon = async (journal: string) => {
  const script = `
    const { listenDoorbell } = await import(${JSON.stringify(new URL('./doorbell.ts', import.meta.url).href)});
    await listenDoorbell(process.argv[1], () => console.log('rung'));
    console.log('listening');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, journal], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('listening'), 10_000);
  return { child, said: () => said };
};

describe('the doorbell', () => {
  it.each([
    ['a short path', () => join(folder, 'journal.db')],
    [
      'a folder deeper than a socket address can say',
      () => {
        const deep = join(folder, ...Array.from({ length: 8 }, () => 'a'.repeat(40)));
        mkdirSync(deep, { recursive: true });
        return join(deep, 'journal.db');
      },
    ],
    ['a name longer than a socket address can say', () => join(folder, `${'j'.repeat(200)}.db`)],
  ])('rings at %s', async (_, journal) => {
    const onRing = vi.fn();
    expect(await ringDoorbell(journal())).toBe(false);
    const doorbell = await listenDoorbell(journal(), onRing);
    expect(await ringDoorbell(journal())).toBe(true);
    expect(await ringDoorbell(journal())).toBe(true);
    await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(2));
    await doorbell.close();
    expect(await ringDoorbell(journal())).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.sock'))).toEqual([]);
  });

  it('is beside the journal', async () => {
    const doorbell = await listenDoorbell(join(folder, 'journal.db'), () => {});
    expect(readdirSync(folder)).toEqual(['journal.db.sock']);
    await doorbell.close();
  });

  it('is not heard where there is no folder', async () => {
    expect(await ringDoorbell(join(folder, 'no', 'journal.db'))).toBe(false);
    await expect(listenDoorbell(join(folder, 'no', 'journal.db'), () => {})).rejects.toThrow('ENOENT');
  });

  it('belongs to one daemon as long as that lives', async () => {
    const journal = join(folder, 'journal.db');
    const { child, said } = await daemon(journal);
    await expect(listenDoorbell(journal, () => {})).rejects.toThrow(DoorbellTaken);
    await expect(listenDoorbell(journal, () => {})).rejects.toThrow('another daemon has this journal');
    await ringDoorbell(journal);
    await vi.waitFor(() => expect(said()).toContain('rung'));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(readdirSync(folder)).toEqual(['journal.db.sock']);
    expect(await ringDoorbell(journal)).toBe(false);
    const onRing = vi.fn();
    const doorbell = await listenDoorbell(journal, onRing);
    expect(await ringDoorbell(journal)).toBe(true);
    await vi.waitFor(() => expect(onRing).toHaveBeenCalledOnce());
    await doorbell.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes to one of several daemons that find a dead one', async () => {
    const journal = join(folder, 'journal.db');
    const { child } = await daemon(journal);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => listenDoorbell(journal, () => {})),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DoorbellTaken);
    }
    expect(await ringDoorbell(journal)).toBe(true);
    await winners[0]?.value.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not wait for a daemon that is stopped', async () => {
    const journal = join(folder, 'journal.db');
    const { child, said } = await daemon(journal);
    child.kill('SIGSTOP');
    expect(await ringDoorbell(journal)).toBe(true);
    child.kill('SIGCONT');
    await vi.waitFor(() => expect(said()).toContain('rung'));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
});
