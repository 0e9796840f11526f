import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNamespace, isRoot, type Namespace, startProbe } from './fixture/namespace.ts';

describe.runIf(isRoot)('binding', () => {
  let space: Namespace;
  beforeEach(() => {
    space = createNamespace();
  });
  afterEach(() => {
    space.remove();
  });

  const run = (
    verb: 'bind' | 'unbind',
    address: string,
    link = 'lo',
    environment: Record<string, string> = {},
  ) => space.probe(verb, { address, link }, environment).next();
  const addresses = () => space.ip('-o addr show dev lo');

  it.each([
    ['192.0.2.10', /inet 192\.0\.2\.10\/32 metric 7760240 scope global noprefixroute/],
    ['2001:db8::10', /inet6 2001:db8::10\/128 metric 7760240 scope global nodad deprecated noprefixroute/],
  ])('%s comes once and goes once', async (address, line) => {
    expect(await run('bind', address)).toEqual({ ok: true, changed: true });
    expect(addresses()).toMatch(line);
    // Ours still, though another process of ours put it there.
    expect(await run('bind', address)).toEqual({ ok: true, changed: true });
    expect(await run('unbind', address)).toEqual({ ok: true, changed: true });
    expect(addresses()).not.toMatch(line);
    expect(await run('unbind', address)).toEqual({ ok: true, changed: false });
  });

  it.each(['192.0.2.10/24', '2001:db8::10/64'])(
    'leaves %s, put there by somebody else, alone',
    async (prefix) => {
      space.ip(`addr add ${prefix} dev lo`);
      const [address = ''] = prefix.split('/');
      expect(await run('bind', address)).toEqual({ ok: true, changed: false });
      expect(await run('unbind', address)).toEqual({ ok: true, changed: false });
      expect(addresses()).toContain(prefix);
    },
  );

  it('knows an address of somebody else, though it looks alike, from its own', async () => {
    space.ip('addr add 192.0.2.10/32 dev lo noprefixroute');
    expect(await run('bind', '192.0.2.10')).toEqual({ ok: true, changed: false });
    expect(await run('bind', '2001:db8::10')).toEqual({ ok: true, changed: true });
    expect(await space.probe('bound', {}).next()).toEqual([{ address: '2001:db8::10', interface: 'lo' }]);
  });

  it.each(['bind', 'unbind'] as const)('%s says that there is no such interface', async (verb) => {
    expect(await run(verb, '192.0.2.10', 'eth9')).toMatchObject({
      ok: false,
      reason: 'interface-unknown',
      message: expect.stringMatching(/192\.0\.2\.10\/32 .* eth9: there is no such interface/),
    });
  });

  it('says that there is no ip command', async () => {
    expect(await run('bind', '192.0.2.10', 'lo', { PATH: '/nonexistent' })).toMatchObject({
      ok: false,
      reason: 'ip-command-missing',
    });
  });

  it('says which capability is missing', async () => {
    const nobody = ['setpriv', '--reuid=65534', '--clear-groups', '--bounding-set=-all'];
    const probe = startProbe(['ip', 'netns', 'exec', space.name, ...nobody], 'bind', {
      address: '192.0.2.10',
      link: 'lo',
    });
    expect(await probe.next()).toMatchObject({
      ok: false,
      reason: 'not-permitted',
      message: expect.stringContaining('CAP_NET_ADMIN'),
    });
  });
});
