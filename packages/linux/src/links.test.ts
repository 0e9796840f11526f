import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, isRoot, type Namespace, type Probe } from './fixture/namespace.ts';

/** Two namespaces joined by two links; the far ends share one link-local address. */
describe.runIf(isRoot)('several links', () => {
  let near: Namespace;
  let far: Namespace;
  const listeners: Probe[] = [];
  const PORT = 1790;

  beforeAll(async () => {
    near = createNamespace();
    far = createNamespace();
    for (const n of [0, 1]) {
      near.ip(`link add a${n} type veth peer name b${n} netns ${far.name}`);
      for (const [space, link, host] of [
        [near, `a${n}`, 1],
        [far, `b${n}`, 2],
      ] as const) {
        space.ip(`link set ${link} addrgenmode none up`);
        space.ip(`addr add 10.77.${n}.${host}/24 dev ${link}`);
        space.ip(`addr add 2001:db8:${n}::${host}/64 dev ${link} nodad`);
        space.ip(`addr add fe80::${host === 1 ? `a${n}` : 'b'}/64 dev ${link} nodad`);
      }
    }
    for (const options of [
      { address: '::', port: PORT },
      { address: '10.77.0.2', port: PORT + 1, device: 'b0' },
      { address: '::', port: PORT + 2, peer: 'fe80::a1', key: 'secret', minTtl: 255 },
      { address: 'fe80::b%b1', port: PORT + 3 },
    ]) {
      const probe = far.probe('listen', options);
      listeners.push(probe);
      await probe.next();
    }
  });

  afterAll(() => {
    for (const probe of listeners) probe.stop();
    near.remove();
    far.remove();
  });

  const dialled = (options: object): Promise<unknown> =>
    near.probe('dial', { port: PORT, ...options }).next();

  it.each([
    ['fe80::b%a0', 'fe80::a0%a0'],
    ['fe80::b%a1', 'fe80::a1%a1'],
  ])('a zone chooses the link: %s', async (host, local) => {
    expect(await dialled({ host })).toMatchObject({ connected: true, local });
    expect(await dialled({ host, ttl: 255 })).toMatchObject({ connected: true, local });
    expect(await dialled({ host, localAddress: local })).toMatchObject({ connected: true, local });
  });

  it('a device chooses the link of a link-local address', async () => {
    expect(await dialled({ host: 'fe80::b', device: 'a1' })).toMatchObject({ local: 'fe80::a1%a1' });
  });

  it('an interface that does not exist is not replaced by another', async () => {
    expect(await dialled({ host: 'fe80::b%eth9' })).toEqual({ connected: false, code: 'ENODEV' });
  });

  it('a device keeps a connection off other links, whatever the routes say', async () => {
    expect(await dialled({ host: '10.77.1.2' })).toMatchObject({ connected: true, local: '10.77.1.1' });
    expect(await dialled({ host: '10.77.1.2', device: 'a1' })).toMatchObject({ local: '10.77.1.1' });
    expect(await dialled({ host: '10.77.1.2', device: 'a0' })).toMatchObject({ local: '10.77.0.1' });
    expect(await dialled({ host: '2001:db8:1::2', device: 'a0' })).toMatchObject({ code: 'ENETUNREACH' });
  });

  it('the source address may belong to the other link', async () => {
    const host = '10.77.1.2';
    near.setKernel('ipv4/conf/all/rp_filter', '0');
    far.ip('route replace 10.77.0.1/32 via 10.77.1.1 dev b1');
    expect(await dialled({ host, localAddress: '10.77.0.1', ttl: 9 })).toMatchObject({ local: '10.77.0.1' });
    far.ip('route del 10.77.0.1/32');
  });

  it('a listener takes connections through its device only', async () => {
    const options = { host: '10.77.0.2', port: PORT + 1 };
    expect(await dialled({ ...options, localAddress: '10.77.0.1' })).toMatchObject({ connected: true });
    near.ip('route add 10.77.0.2/32 via 10.77.1.2');
    expect(await dialled({ ...options, localAddress: '10.77.1.1' })).toMatchObject({ code: 'ECONNREFUSED' });
    near.ip('route del 10.77.0.2/32');
  });

  it('a link-local session may be signed', async () => {
    const options = { host: 'fe80::b%a1', port: PORT + 2, minTtl: 255, key: 'secret' };
    expect(await dialled(options)).toMatchObject({ connected: true, local: 'fe80::a1%a1' });
  });

  it('a listener may stand on a link-local address', async () => {
    expect(await dialled({ host: 'fe80::b%a1', port: PORT + 3 })).toMatchObject({ connected: true });
    expect(await dialled({ host: 'fe80::b%a0', port: PORT + 3 })).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
