import { ipv4 } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Encounter, FRESH, loserOf } from './collision.ts';
import { negotiate } from './negotiation.ts';
import { openOf } from './open.ts';
import { SETTINGS } from './simulation/scenario.ts';
import type { Connection, Negotiated } from './types.ts';

const negotiated = (ours: number, theirs: number, localASN = 65000, peerASN = 65001): Negotiated => ({
  ...negotiate(openOf(SETTINGS), SETTINGS, { localAddress: ipv4(1), remoteAddress: ipv4(2) }),
  localRouterId: ipv4(ours),
  peerRouterId: ipv4(theirs),
  localASN,
  peerASN,
});
const encounter = (change: Partial<Encounter>): Encounter => ({
  connection: 'incoming',
  negotiated: negotiated(2, 1),
  rival: 'OpenConfirm',
  rivalAge: 0,
  ...change,
});
const other = (connection: Connection): Connection => (connection === 'outgoing' ? 'incoming' : 'outgoing');

describe('a collision', () => {
  it('is none while the other direction has no connection', () => {
    for (const rival of ['Idle', 'Connect', 'Active', 'Closing'] as const)
      expect(loserOf(encounter({ rival }))).toBeNull();
  });

  it('never costs an Established session', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.constantFrom('outgoing', 'incoming'), (a, b, connection) => {
        expect(loserOf(encounter({ connection, negotiated: negotiated(a, b), rival: 'Established' }))).toBe(
          connection,
        );
      }),
    );
  });

  it('keeps what the higher identifier dialled, unsigned', () => {
    expect(loserOf(encounter({ negotiated: negotiated(2, 1) }))).toBe('incoming');
    expect(loserOf(encounter({ negotiated: negotiated(1, 2) }))).toBe('outgoing');
    expect(loserOf(encounter({ negotiated: negotiated(0xc0000201, 0x0a000001) }))).toBe('incoming');
    expect(loserOf(encounter({ negotiated: negotiated(0x0a000001, 0xc0000201) }))).toBe('outgoing');
  });

  it('between equal identifiers keeps what the higher AS dialled (RFC 6286 §2.3)', () => {
    expect(loserOf(encounter({ negotiated: negotiated(7, 7, 65001, 65000) }))).toBe('incoming');
    expect(loserOf(encounter({ negotiated: negotiated(7, 7, 65000, 4_200_000_000) }))).toBe('outgoing');
  });

  it('looks the same from both ends', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer(),
        fc.constantFrom<Connection>('outgoing', 'incoming'),
        (ours, theirs, connection) => {
          const here = loserOf(encounter({ connection, negotiated: negotiated(ours, theirs, 1, 2) }));
          const there = loserOf(
            encounter({ connection: other(connection), negotiated: negotiated(theirs, ours, 2, 1) }),
          );
          expect(there).toBe(other(here!));
        },
      ),
    );
  });

  it('with our favourite in OpenSent is decided while that is fresh', () => {
    const unheard = encounter({ rival: 'OpenSent' });
    expect(loserOf(unheard)).toBe('incoming');
    expect(loserOf({ ...unheard, rivalAge: FRESH })).toBeNull();
  });

  it('with the peer’s favourite in OpenSent waits for its OPEN', () => {
    expect(
      loserOf(encounter({ connection: 'outgoing', negotiated: negotiated(1, 2), rival: 'OpenSent' })),
    ).toBeNull();
  });
});
