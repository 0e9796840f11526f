import { ipv4 } from '@vipcast/net';
import type { DecodeError, Notification } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from './event.ts';
import { machine, transit } from './machine.ts';
import { negotiate } from './negotiation.ts';
import { openOf } from './open.ts';
import { SETTINGS } from './simulation/scenario.ts';
import type { State } from './types.ts';

const notification: Notification = { type: 'notification', code: 6, subcode: 2, data: new Uint8Array(0) };
const error: DecodeError = {
  code: 1,
  subcode: 1,
  data: new Uint8Array(0),
  handling: 'session-reset',
  message: '',
};
const endpoints = { localAddress: ipv4(1), remoteAddress: ipv4(2) };

const EVENTS: { readonly [T in SessionEvent['type']]: SessionEvent } = {
  ManualStart: { type: 'ManualStart' },
  AutomaticStart: { type: 'AutomaticStart' },
  AutomaticStop: { type: 'AutomaticStop' },
  ManualStop: { type: 'ManualStop', notification },
  ManualReset: { type: 'ManualReset', notification },
  ConnectRetryTimer_Expires: { type: 'ConnectRetryTimer_Expires' },
  HoldTimer_Expires: { type: 'HoldTimer_Expires' },
  KeepaliveTimer_Expires: { type: 'KeepaliveTimer_Expires' },
  SendHoldTimer_Expires: { type: 'SendHoldTimer_Expires' },
  IdleHoldTimer_Expires: { type: 'IdleHoldTimer_Expires' },
  ClosingTimer_Expires: { type: 'ClosingTimer_Expires' },
  TcpConnectionConfirmed: { type: 'TcpConnectionConfirmed', endpoints },
  TcpConnectionFails: { type: 'TcpConnectionFails', because: '' },
  BGPOpen: { type: 'BGPOpen', negotiated: negotiate(openOf(SETTINGS), SETTINGS, endpoints) },
  BGPHeaderErr: { type: 'BGPHeaderErr', error },
  BGPOpenMsgErr: { type: 'BGPOpenMsgErr', error },
  UpdateMsgErr: { type: 'UpdateMsgErr', error },
  OpenCollisionDump: { type: 'OpenCollisionDump' },
  NotifMsg: { type: 'NotifMsg', notification },
  KeepAliveMsg: { type: 'KeepAliveMsg' },
  UpdateMsg: { type: 'UpdateMsg' },
  RouteRefreshMsg: { type: 'RouteRefreshMsg' },
};

const IN_PLACE = ['ManualStart', 'AutomaticStart', 'TcpConnectionConfirmed'] as const;

/** Where each event of RFC 4271 §8.2.2 leads the outgoing connection; `otherwise` is "any other event". */
const LEADS: Record<State, { [T in SessionEvent['type']]?: State } & { otherwise: State }> = {
  Idle: {
    ManualStart: 'Connect',
    AutomaticStart: 'Connect',
    IdleHoldTimer_Expires: 'Connect',
    otherwise: 'Idle',
  },
  Connect: {
    ManualStart: 'Connect',
    AutomaticStart: 'Connect',
    ManualReset: 'Connect',
    ConnectRetryTimer_Expires: 'Connect',
    TcpConnectionConfirmed: 'OpenSent',
    TcpConnectionFails: 'Active',
    otherwise: 'Idle',
  },
  Active: {
    ManualStart: 'Active',
    AutomaticStart: 'Active',
    ManualReset: 'Connect',
    ConnectRetryTimer_Expires: 'Connect',
    TcpConnectionConfirmed: 'OpenSent',
    TcpConnectionFails: 'Active',
    otherwise: 'Idle',
  },
  OpenSent: {
    ...Object.fromEntries([...IN_PLACE, 'AutomaticStop'].map((type) => [type, 'OpenSent'])),
    TcpConnectionFails: 'Idle',
    BGPOpen: 'OpenConfirm',
    otherwise: 'Closing',
  },
  OpenConfirm: {
    ...Object.fromEntries([...IN_PLACE, 'AutomaticStop'].map((type) => [type, 'OpenConfirm'])),
    KeepaliveTimer_Expires: 'OpenConfirm',
    TcpConnectionFails: 'Idle',
    KeepAliveMsg: 'Established',
    otherwise: 'Closing',
  },
  Established: {
    ...Object.fromEntries([...IN_PLACE, 'AutomaticStop'].map((type) => [type, 'Established'])),
    KeepaliveTimer_Expires: 'Established',
    TcpConnectionFails: 'Idle',
    KeepAliveMsg: 'Established',
    UpdateMsg: 'Established',
    RouteRefreshMsg: 'Established',
    otherwise: 'Closing',
  },
  Closing: { ClosingTimer_Expires: 'Idle', TcpConnectionFails: 'Idle', otherwise: 'Closing' },
};

const STATES = Object.keys(LEADS) as State[];
const outgoing = (event: SessionEvent) => ({ ...event, connection: 'outgoing' as const });

describe.each(STATES)('in %s', (state) => {
  it.each(Object.keys(EVENTS) as SessionEvent['type'][])('%s', (type) => {
    expect(transit(state, outgoing(EVENTS[type])).to).toBe(LEADS[state][type] ?? LEADS[state].otherwise);
  });

  it('an event nobody knows is "any other event"', () => {
    const unknown = { type: 'Surprise', connection: 'outgoing' } as never;
    expect(transit(state, unknown).to).toBe(LEADS[state].otherwise);
  });
});

describe('FSM errors (RFC 6608)', () => {
  it.each([
    ['OpenSent', 'KeepAliveMsg', 1],
    ['OpenSent', 'UpdateMsg', 1],
    ['OpenSent', 'RouteRefreshMsg', 1],
    ['OpenConfirm', 'BGPOpen', 2],
    ['OpenConfirm', 'UpdateMsg', 2],
    ['OpenConfirm', 'UpdateMsgErr', 2],
    ['Established', 'BGPOpen', 3],
    ['Established', 'BGPOpenMsgErr', 3],
  ] as const)('in %s for %s have subcode %i', (state, type, subcode) => {
    expect(transit(state, outgoing(EVENTS[type])).actions[0]).toMatchObject({
      type: state === 'Established' ? 'down' : 'reportUnexpected',
    });
    expect(transit(state, outgoing(EVENTS[type])).actions).toContainEqual(
      expect.objectContaining({ type: 'reportUnexpected', params: { subcode } }),
    );
  });
});

describe('the incoming connection', () => {
  const incoming = (event: SessionEvent) => ({ ...event, connection: 'incoming' as const });

  it('waits instead of dialling', () => {
    for (const type of ['ManualStart', 'AutomaticStart'] as const)
      expect(transit('Idle', incoming(EVENTS[type])).to).toBe('Active');
    expect(transit('Active', incoming(EVENTS.ManualReset)).to).toBe('Active');
  });
});

describe('the machine', () => {
  it('has the states of RFC 4271 and Closing, each with a branch for any other event', () => {
    expect(Object.keys(machine.states).sort()).toEqual([...STATES].sort());
    for (const node of Object.values(machine.states))
      expect(Object.keys(node.config.on ?? {})).toContain('*');
  });
});
