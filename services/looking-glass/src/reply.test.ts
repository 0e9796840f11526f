import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from './health.ts';
import { reply } from './reply.ts';
import { createStanding, type Standing } from './standing.ts';

const up: Standing = {
  ...createStanding(),
  services: ['looking-glass', 'speaker'],
  peers: ['tor1', 'tor2'],
  established: new Set(['tor1']),
};
const well: Findings = {
  standing: up,
  threads: [{ begun: true, still: 200 }],
  trouble: undefined,
  isSpeakerMissed: () => false,
};
const get = (target: string, findings: Partial<Findings> = {}) =>
  reply('GET', target, () => ({ ...well, ...findings }));
const standing = (change: Partial<Standing>): Partial<Findings> => ({ standing: { ...up, ...change } });

describe('a node that is well', () => {
  it.each(['/livez', '/readyz'])('answers %s as kube-apiserver does', (path) => {
    expect(get(path)).toEqual({ status: 200, text: 'ok\n' });
  });

  it('lists what was looked at', () => {
    expect(get('/livez?verbose').text).toBe('[+]ping ok\n[+]speaker ok\nlivez check passed\n');
    expect(get('/readyz?verbose=true').text).toBe(
      '[+]ping ok\n[+]configuration ok\n[+]log ok\n[+]speaker ok\n[+]sessions ok: 1 of 2 Established\n' +
        'readyz check passed\n',
    );
  });
});

describe('readiness', () => {
  it.each<[string, Partial<Findings>, string]>([
    ['before any session', standing({ established: new Set() }), '[-]sessions failed: 0 of 2 Established'],
    [
      'with a session that is not configured any more',
      standing({ established: new Set(['old']) }),
      '[-]sessions failed: 0 of 2 Established',
    ],
    ['without a configuration', standing({ peers: undefined }), '[-]configuration failed: none was applied'],
    ['before the log has begun', standing({ services: undefined }), '[-]log failed: it has not begun'],
    ['before the speaker runs', { threads: [] }, '[-]speaker failed: its thread has not begun'],
    [
      'before the speaker has turned',
      { threads: [{ begun: false, still: 5 }] },
      '[-]speaker failed: its thread has not begun',
    ],
    [
      'without the speaker that runs apart',
      { ...standing({ services: ['looking-glass'] }), threads: [], isSpeakerMissed: () => true },
      '[-]speaker failed: nothing is heard of it',
    ],
  ])('is not given %s', (_, findings, line) => {
    const { status, text } = get('/readyz', findings);
    expect([status, text.split('\n')]).toEqual([503, expect.arrayContaining([line])]);
    expect(text).toMatch(/readyz check failed\n$/);
  });

  it.each<[string, Partial<Findings>]>([
    ['no peers are configured', standing({ peers: [], established: new Set() })],
    ['facts wait in memory', { trouble: { since: 0, because: 'the disk is full', held: 3 } }],
    ['the speaker runs apart', { ...standing({ services: ['looking-glass'] }), threads: [] }],
  ])('is given when %s', (_, findings) => {
    expect(get('/readyz', findings).status).toBe(200);
  });

  it('can be asked without a check', () => {
    const findings = standing({ established: new Set() });
    expect(get('/readyz?exclude=sessions', findings)).toEqual({ status: 200, text: 'ok\n' });
    expect(get('/readyz?exclude=session', findings).status).toBe(503);
  });
});

describe('liveness', () => {
  it('ends with a thread that does not come to rest', () => {
    const { status, text } = get('/livez', { threads: [{ begun: true, still: 31_999 }] });
    expect([status, text]).toEqual([
      503,
      '[+]ping ok\n[-]speaker failed: its thread has not come to rest for 31 s\nlivez check failed\n',
    ]);
  });

  it('does not end with anything outside', () => {
    const outside = {
      standing: createStanding(),
      trouble: { since: 0, because: 'the disk is full', held: 3 },
      isSpeakerMissed: () => true,
    };
    expect(get('/livez', outside).status).toBe(200);
  });
});

describe('any other request', () => {
  it.each(['/', '', '*', '/metrics', '/livez/', '//', 'http://[', '/%', '/readyz%00'])(
    'for %j finds nothing',
    (target) => {
      expect(get(target).status).toBe(404);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', ''])('with the method %j is refused', (method) => {
    expect(reply(method, '/livez', () => well).status).toBe(405);
  });

  it('is answered, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (method, target) => {
        expect([200, 404, 405]).toContain(reply(method, target, () => well).status);
      }),
    );
  });
});
