import { describe, expect, it } from 'vitest';
import { emptyServices, type ServicesInput, type ServicesState, stepServices } from './index.ts';
import {
  after,
  cluster,
  listed,
  node,
  noServices,
  noSlices,
  onNode,
  service,
  services,
  settings,
  slice,
  slices,
  told,
} from './scenario.ts';

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `default/s${i}`);
const all = keys(10);
const ipOf = (key: string): string => `192.0.2.${key.slice('default/s'.length)}`;
const many = (from: readonly string[], local = false) =>
  from.map((key) => service(key, { ips: [ipOf(key)], local }));
const served = (from: readonly string[], endpoints = 'ready') => from.map((key) => slice(key, endpoints));
const ten = cluster(services('list', ...many(all)), slices('list', ...served(all)));

const heldAfter = (state: ServicesState, ...inputs: ServicesInput[]) => stepServices(state, inputs).held;
const advertised = ({ said }: ServicesState): number =>
  [...said.values()].filter((verdict) => verdict.advertised).length;

describe('an empty list after a full one', () => {
  const empty = noServices('relist', ...all);

  it('is held, and says so', () => {
    const { verdicts, held, state } = stepServices(ten, [empty]);
    expect(held).toBe(10);
    expect(advertised(state)).toBe(10);
    expect(verdicts).toHaveLength(10);
    expect(verdicts[0]).toMatchObject({
      advertised: true,
      reason: 'held',
      addresses: [ipOf(verdicts[0]!.vip)],
      because: `held, since 10 of 10 VIPs would be withdrawn at once and nobody changed them: Service ${verdicts[0]!.vip} is no more`,
    });
  });

  it('ends when the Services come back', () => {
    const { state, verdicts, held } = stepServices(after(ten, empty), [services('relist', ...many(all))]);
    expect(held).toBe(0);
    expect(new Set(verdicts.map(({ reason }) => reason))).toEqual(new Set(['endpoints']));
    expect(advertised(state)).toBe(10);
  });

  it('that come back one by one are not let go in between', () => {
    let state = after(ten, empty);
    for (const [i, back] of many(all).entries()) {
      state = after(state, services('watch', back));
      expect(advertised(state)).toBe(10);
      expect(state.held.size).toBe(9 - i);
    }
  });

  it('is believed when three more lists say the same', () => {
    let state = after(ten, empty, listed);
    for (const count of [10, 10]) {
      state = after(state, listed);
      expect(advertised(state)).toBe(count);
    }
    const last = stepServices(state, [listed]);
    expect(last.held).toBe(0);
    expect(last.verdicts.map(({ advertised, reason }) => [advertised, reason])).toEqual(
      Array(10).fill([false, 'deleted']),
    );
  });

  it('counts from the beginning for what came back and went again', () => {
    const again = after(ten, empty, listed);
    const back = after(after(again, listed), services('relist', ...many(all)));
    const state = after(after(back, empty), listed);
    expect(advertised(after(state, listed))).toBe(10);
  });

  it('after a restart is held as well', () => {
    const before = all.map((name) => ({ name, addresses: [ipOf(name)] }));
    const start = emptyServices(settings, before);
    expect(heldAfter(start, onNode(), listed)).toBe(10);
    expect(
      heldAfter(start, onNode(), services('list', ...many(keys(6))), slices('list', ...served(all)), listed),
    ).toBe(0);
  });

  it('says nothing before everything was listed', () => {
    const before = all.map((name) => ({ name, addresses: [ipOf(name)] }));
    const start = emptyServices(settings, before);
    expect(told(start, onNode(), services('list', ...many(all)))).toEqual([]);
  });
});

describe('more than half, and at least three', () => {
  it.each([
    [10, 5, 0],
    [10, 6, 6],
    [4, 2, 0],
    [4, 3, 3],
    [2, 2, 0],
    [3, 3, 3],
  ])('of %i, without %i: %i are held', (total, lost, held) => {
    const state = cluster(services('list', ...many(keys(total))), slices('list', ...served(keys(total))));
    expect(heldAfter(state, noServices('relist', ...keys(lost)))).toBe(held);
    expect(heldAfter(state, slices('watch', ...served(keys(lost), 'unready')))).toBe(held);
  });

  it('counts what is held already', () => {
    const state = after(ten, noServices('relist', ...keys(6)));
    expect(heldAfter(state, slices('watch', slice('default/s9', 'unready')))).toBe(7);
  });
});

describe('endpoints that are lost', () => {
  it('everywhere at once are held until some come back', () => {
    const state = after(ten, slices('watch', ...served(all, 'unready')));
    expect(state.held.size).toBe(10);
    expect(told(state, slices('watch', slice('default/s0', 'ready')))).toEqual([
      'default/s0 endpoints 192.0.2.0',
    ]);
    expect(heldAfter(ten, noSlices('relist', ...all))).toBe(10);
  });

  it('here are believed while others serve: routers turn to them', () => {
    const local = cluster(
      services('list', ...many(all, true)),
      slices('list', ...served(all, 'ready@n7 ready')),
    );
    expect(heldAfter(local, slices('watch', ...served(all, 'ready')))).toBe(0);
    expect(heldAfter(local, slices('watch', ...served(all, 'unready')))).toBe(10);
  });

  it('in one family are held for that family', () => {
    const dual = all.map((key, i) => service(key, { ips: [ipOf(key), `2001:db8::${i}`] }));
    const sixth = all.map((key) => slice(`${key}-6`, 'ready', 'IPv6', key.slice('default/'.length)));
    const state = cluster(services('list', ...dual), slices('list', ...served(all), ...sixth));
    const { verdicts, held } = stepServices(state, [noSlices('relist', ...all.map((key) => `${key}-6`))]);
    expect(held).toBe(10);
    expect(verdicts[0]!.addresses).toHaveLength(2);
  });
});

describe('what somebody plainly did', () => {
  const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';
  const none: ServicesInput = { type: 'AdvertisementsChanged', told: 'watch', advertisements: [] };

  it.each<[string, ServicesInput]>([
    ['deleted Services', noServices('watch', ...all)],
    ['took their addresses', services('watch', ...all.map((key) => service(key, { ips: [] })))],
    [
      'is deleting them',
      services(
        'relist',
        ...all.map((key) => service(key, { metadata: { name: key.slice(8), deletionTimestamp: 'x' } })),
      ),
    ],
    ['excluded the Node', onNode(node({ metadata: { name: 'n7', labels: { [EXCLUDE]: '' } } }), 'relist')],
    ['deleted the Node', onNode(null)],
    ['took the advertisements back', none],
    ['changed the settings', { type: 'SettingsChanged', settings: { ...settings, namespace: 'x' } }],
  ])('is believed: %s', (_, input) => {
    expect(heldAfter(ten, input)).toBe(0);
    expect(advertised(after(ten, input))).toBe(0);
  });

  it.each<[string, ServicesInput]>([
    ['no Node', onNode(null, 'relist')],
    ['no advertisements', { ...none, told: 'relist' }],
    ['no addresses', services('relist', ...all.map((key) => service(key, { ips: [] })))],
  ])('is not what a list shows: %s', (_, input) => {
    expect(heldAfter(ten, input)).toBe(10);
  });

  it('releases what is held', () => {
    const state = after(ten, noSlices('relist', ...all));
    expect(told(state, noServices('watch', 'default/s0'))).toEqual(['-default/s0 deleted 192.0.2.0']);
    expect(heldAfter(state, noServices('watch', 'default/s0'))).toBe(9);
  });
});
