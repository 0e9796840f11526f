import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSubject, parseSubject, problemWith, stamp, uuidv7 } from './index.ts';

describe('subjects', () => {
  it('carry any name as one token and give it back', () => {
    const name = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(name, name, name, (cluster, node, id) => {
        const subject = { cluster, node, aggregate: 'vip' as const, id };
        const text = formatSubject(subject);
        expect(text).toMatch(/^vipcast(\.[a-z0-9_-]+){4}$/);
        expect(parseSubject(text)).toEqual(subject);
      }),
    );
  });

  it.each([
    '',
    'vipcast.a.b.vip',
    'vipcast.a.b.vip.c.d',
    'other.a.b.vip.c',
    'vipcast.a.b.nothing.c',
    'vipcast.A.b.vip.c',
    'vipcast.a.b.vip._zz',
  ])('refuses %j', (text) => {
    expect(parseSubject(text)).toBeUndefined();
  });
});

describe('stamping', () => {
  const draft = { type: 'node.Stopped', of: 'n7', data: { reason: 'SIGTERM' } } as const;
  const at = 1_790_000_000_000;

  it('makes the head of a chain its own correlation', () => {
    const fact = stamp(draft, { cluster: 'prod', node: 'n7', id: 'a', at });
    expect(fact).toMatchObject({
      subject: 'vipcast.prod.n7.node.n7',
      causationId: '',
      correlationId: 'a',
      at,
    });
  });

  it('prefers the cause that the draft names', () => {
    const cause = { causationId: 'c', correlationId: 'r' };
    const other = { causationId: 'x', correlationId: 'y' };
    const fact = stamp({ ...draft, cause }, { cluster: 'prod', node: 'n7', id: 'a', at, cause: other });
    expect(fact).toMatchObject(cause);
  });
});

describe('uuidv7', () => {
  it('has the version, the variant and the time of RFC 9562', () => {
    // RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });
});

describe('reading', () => {
  it('says what is wrong with data from elsewhere', () => {
    expect(problemWith('node.Stopped', { reason: 'x' })).toBeUndefined();
    expect(problemWith('node.Stopped', { reason: 1 })).toContain('reason');
    expect(problemWith('node.Exploded', {})).toContain('unknown fact type');
    expect(problemWith('constructor', {})).toContain('unknown fact type');
  });
});
