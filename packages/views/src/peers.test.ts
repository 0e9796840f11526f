import { describe, expect, it } from 'vitest';
import { allWell, config, holdTimerExpired, started, tor1, up } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { peers } from './peers.ts';

const ask = (given: readonly Given[], node?: string) => answer(peers, given, { now: 100_000, node });
const only = (given: readonly Given[]) => {
  const rows = ask(given);
  expect(rows).toHaveLength(1);
  return rows[0]!;
};

describe('peers', () => {
  it('lists a session that is up, with what was said on it', () => {
    const received = fact('session.PrefixesReceived', { peer: 'tor1', counts: { 'ipv4-unicast': 3 } });
    expect(only([...allWell, received])).toEqual({
      node: 'n1',
      peer: 'tor1',
      localASN: 65000,
      peerASN: 65001,
      address: '10.0.0.1',
      state: 'Established',
      since: 5000,
      families: [
        { family: 'ipv4-unicast', received: 3, advertised: 1 },
        { family: 'ipv6-unicast', received: 0, advertised: 1 },
      ],
      flaps: 0,
      lastError: null,
      lastErrorAt: null,
      localRouterID: '10.0.0.7',
      peerRouterID: '10.0.0.1',
      holdTime: 9,
      connection: 'outgoing',
      capabilities: ['four-octet-as', 'route-refresh'],
      hostName: 'tor1.lab',
      changedAt: 5000,
      position: 5,
    });
  });

  it('lists a configured peer that never connected', () => {
    expect(only([started(), config([tor1])])).toMatchObject({
      peer: 'tor1',
      state: 'Idle',
      since: null,
      localASN: 65000,
      peerASN: 65001,
      address: '10.0.0.1',
      families: [
        { family: 'ipv4-unicast', received: null, advertised: null },
        { family: 'ipv6-unicast', received: null, advertised: null },
      ],
    });
  });

  it('spells out what ended a session, counts it once, and says since when', () => {
    const idle = fact('session.StateChanged', {
      peer: 'tor1',
      from: 'Established',
      to: 'Idle',
      event: 'HoldTimer_Expires',
    });
    for (const end of [
      [holdTimerExpired(), idle],
      [idle, holdTimerExpired()],
    ])
      expect(only([...allWell, ...end])).toMatchObject({
        state: 'Idle',
        flaps: 1,
        lastError: 'Hold Timer Expired (4/0), sent by us',
        holdTime: null,
      });
  });

  it('names the sender of a NOTIFICATION, and its text', () => {
    const notification = { code: 6, subcode: 2, name: 'Cease/Administrative Shutdown', text: 'until 9' };
    const closed = fact('session.Closed', {
      peer: 'tor1',
      connection: 'outgoing',
      by: 'remote',
      from: 'Established',
      notification,
      because: '',
    });
    expect(only([...allWell, closed]).lastError).toBe(
      'Cease/Administrative Shutdown (6/2), sent by the peer: until 9',
    );
  });

  it('keeps a session whose other connection lost a collision', () => {
    const collision = fact('session.Closed', {
      peer: 'tor1',
      connection: 'incoming',
      by: 'local',
      from: 'OpenConfirm',
      notification: { code: 6, subcode: 7, name: 'Cease/Connection Collision Resolution', text: '' },
      because: '',
    });
    expect(only([...allWell, collision])).toMatchObject({ state: 'Established', flaps: 0, lastError: null });
  });

  it('keeps the error of an attempt that failed', () => {
    const refused = fact('session.Closed', {
      peer: 'tor1',
      connection: 'outgoing',
      by: 'network',
      from: 'Connect',
      notification: null,
      because: 'connection refused',
    });
    expect(only([config([tor1]), refused])).toMatchObject({ lastError: 'connection refused', flaps: 0 });
  });

  it('forgets the sessions of a node that started again, and of no other', () => {
    const other = allWell.map(([draft, told]): Given => [draft, { ...told, node: 'n2' }]);
    const rows = ask([...allWell, ...other, started()]);
    expect(rows.map(({ node, state, flaps }) => [node, state, flaps])).toEqual([
      ['n1', 'Idle', 1],
      ['n2', 'Established', 0],
    ]);
  });

  it('forgets the sessions of a speaker that came back without a word', () => {
    const next = fact(
      'session.StateChanged',
      { peer: 'tor1', from: 'Idle', to: 'Connect', event: 'ManualStart' },
      { epoch: 2 },
    );
    expect(only([...allWell, next])).toMatchObject({ state: 'Connect', flaps: 1, since: 10_000 });
  });

  it('does not believe a late fact of a speaker that is gone', () => {
    expect(only([...allWell, up('tor1', { epoch: 2, id: 'again' }), holdTimerExpired()]).state).toBe(
      'Established',
    );
  });

  it('keeps sessions when another service starts on its own', () => {
    const watcher = fact('node.Started', { version: '0.1.0', pid: 8, services: ['vip-watcher'] });
    expect(only([...allWell, watcher]).state).toBe('Established');
  });

  it('drops a peer that is no longer configured', () => {
    const rows = ask([...allWell, config([]), holdTimerExpired()]);
    expect(rows).toEqual([]);
  });

  it('orders by name as people count, and answers for one node', () => {
    const configs = ['n10', 'n2'].map((node) =>
      config([{ ...tor1, name: 'tor10' }, tor1, { ...tor1, name: 'tor2' }], { node }),
    );
    expect(ask(configs).map(({ node, peer }) => `${node} ${peer}`)).toEqual([
      'n2 tor1',
      'n2 tor2',
      'n2 tor10',
      'n10 tor1',
      'n10 tor2',
      'n10 tor10',
    ]);
    expect(ask(configs, 'n10').map(({ node }) => node)).toEqual(['n10', 'n10', 'n10']);
  });

  it('passes over facts of types and subjects it does not know', () => {
    const odd = [{ type: 'constructor.Exploded', of: 'x', data: {} }, {}] as unknown as Given;
    expect(only([...allWell, odd]).state).toBe('Established');
  });
});
