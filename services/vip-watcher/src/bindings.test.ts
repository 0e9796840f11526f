import { execFileSync } from 'node:child_process';
import type { BindingOutcome } from '@vipcast/linux';
import { formatAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { type Binder, type BindOutcome, createBindings } from './bindings.ts';

const changed: BindingOutcome = { ok: true, changed: true };
const failed: BindingOutcome = { ok: false, reason: 'interface-unknown', message: 'cannot put it there' };

/** A kernel that answers when it is told to. */
const slowKernel = () => {
  const calls: { readonly call: string; readonly answer: (outcome: BindingOutcome) => void }[] = [];
  const called =
    (verb: string): Binder['bind'] =>
    (address, device) =>
      new Promise((answer) => calls.push({ call: `${verb} ${formatAddress(address)} ${device}`, answer }));
  /** The next call, once it is made. */
  const next = async () => {
    await expect.poll(() => calls.length).toBeGreaterThan(0);
    return calls.shift()!;
  };
  return { binder: { bind: called('bind'), unbind: called('unbind'), bound: async () => [] }, calls, next };
};

const setup = (retryTime = 1) => {
  const kernel = slowKernel();
  const outcomes: BindOutcome[] = [];
  const left: string[] = [];
  const bindings = createBindings({
    binder: kernel.binder,
    retryTime,
    onOutcome: (outcome) => outcomes.push(outcome),
    onLeftBehind: (because) => left.push(because),
  });
  return { ...kernel, bindings, outcomes, left };
};

const cause = (id: string) => ({ causationId: id, correlationId: id });
const A = '192.0.2.1';

describe('bindings', () => {
  it('take off what was left behind, unless it is wanted', async () => {
    const { bindings, next, calls } = setup();
    bindings.discard(A, 'lo');
    const { call, answer } = await next();
    expect(call).toBe(`unbind ${A} lo`);
    bindings.bind(A, 'lo', undefined);
    answer(changed);
    const again = await next();
    expect(again.call).toBe(`bind ${A} lo`);
    again.answer(changed);
    bindings.discard(A, 'lo');
    await bindings.settled();
    expect(calls).toEqual([]);
  });

  it('answer with the cause of the wish', async () => {
    const { bindings, next, outcomes } = setup();
    bindings.bind(A, 'lo', cause('x'));
    const { call, answer } = await next();
    expect(call).toBe(`bind ${A} lo`);
    answer(changed);
    await bindings.settled();
    expect(outcomes).toEqual([{ address: A, interface: 'lo', because: undefined, cause: cause('x') }]);
  });

  it('remove what they added, and nothing else', async () => {
    for (const ours of [true, false]) {
      const { bindings, next, calls } = setup();
      bindings.bind(A, 'lo', undefined);
      (await next()).answer({ ok: true, changed: ours });
      await bindings.settled();
      bindings.unbind(A, 'lo');
      const settled = bindings.settled();
      if (ours) {
        const { call, answer } = await next();
        expect(call).toBe(`unbind ${A} lo`);
        answer(changed);
      }
      await settled;
      expect(calls).toEqual([]);
    }
  });

  it('say why they failed, once, and try again', async () => {
    const { bindings, next, outcomes } = setup();
    bindings.bind(A, 'lo', undefined);
    (await next()).answer(failed);
    (await next()).answer(failed);
    (await next()).answer(changed);
    await bindings.settled();
    expect(outcomes.map(({ because }) => because)).toEqual(['cannot put it there', undefined]);
  });

  it('stop trying when nobody wants them any more', async () => {
    const { bindings, next, calls } = setup(60_000);
    bindings.bind(A, 'lo', undefined);
    (await next()).answer(failed);
    await bindings.settled();
    bindings.unbind(A, 'lo');
    await bindings.settled();
    expect(calls).toEqual([]);
  });

  it('follow the latest wish while the kernel is busy with another', async () => {
    const { bindings, next, outcomes } = setup();
    bindings.bind(A, 'lo', cause('first'));
    const bind = await next();
    bindings.unbind(A, 'lo');
    bind.answer(changed);
    const unbind = await next();
    expect(unbind.call).toBe(`unbind ${A} lo`);
    bindings.bind(A, 'lo', cause('second'));
    unbind.answer(changed);
    (await next()).answer(changed);
    await bindings.settled();
    expect(outcomes.map(({ cause }) => cause)).toEqual([cause('second')]);
  });

  it('answer a wish that has come true already', async () => {
    const { bindings, next, outcomes } = setup();
    bindings.bind(A, 'lo', cause('first'));
    const { answer } = await next();
    bindings.unbind(A, 'lo');
    bindings.bind(A, 'lo', cause('second'));
    answer(changed);
    await bindings.settled();
    expect(outcomes.map(({ cause }) => cause)).toEqual([cause('second')]);
  });

  it('say what they must leave behind', async () => {
    const { bindings, next, left } = setup();
    bindings.bind(A, 'lo', undefined);
    (await next()).answer(changed);
    await bindings.settled();
    bindings.unbind(A, 'lo');
    (await next()).answer(failed);
    await bindings.settled();
    expect(left).toEqual(['cannot put it there']);
  });

  it('ask the kernel a few things at a time', async () => {
    const { bindings, next, calls } = setup();
    for (let i = 0; i < 20; i++) bindings.bind(`192.0.2.${i}`, 'lo', undefined);
    await expect.poll(() => calls.length).toBe(8);
    for (let i = 0; i < 20; i++) (await next()).answer(changed);
    await bindings.settled();
  });
});

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('the kernel', () => {
  it('gets the addresses and is left as it was', () => {
    const script = `
      import { readAddresses } from '@vipcast/linux';
      import { formatAddress } from '@vipcast/net';
      import { createBindings, kernelBinder } from ${JSON.stringify(new URL('./bindings.ts', import.meta.url).href)};
      const outcomes = [];
      const bindings = createBindings({ binder: kernelBinder, retryTime: 60_000, onLeftBehind: console.error,
        onOutcome: ({ address, because }) => outcomes.push(because ?? address) });
      const on = async () => (await readAddresses())
        .filter((host) => host.interface === 'lo').map((host) => formatAddress(host.address))
        .filter((address) => !['127.0.0.1', '::1'].includes(address)).sort();
      const before = await on();
      for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) bindings.bind(address, 'lo', undefined);
      bindings.bind('192.0.2.3', 'nowhere', undefined);
      await bindings.settled();
      const during = await on();
      for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) bindings.unbind(address, 'lo');
      bindings.unbind('192.0.2.3', 'nowhere');
      await bindings.settled();
      console.log(JSON.stringify({ before, during, after: await on(), outcomes: outcomes.sort() }));`;
    const shell = `ip link set lo up; ip addr add 192.0.2.2/32 dev lo; exec "$0" --input-type=module --eval "$1"`;
    const output = execFileSync('unshare', ['--net', 'sh', '-c', shell, process.execPath, script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({
      before: ['192.0.2.2'],
      during: ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
      after: ['192.0.2.2'],
      outcomes: ['192.0.2.1', '192.0.2.2', '2001:db8::1', expect.stringContaining('no such interface')],
    });
  });
});
