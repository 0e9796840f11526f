import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADVERTISED_REASONS, WITHHELD_REASONS } from '@vipcast/vip/kubernetes';
import { describe, expect, it } from 'vitest';
import { noticeOf, type VipConclusion } from './notice.ts';

const DOCUMENTED =
  readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8')
    .split('### What is announced for Services')[1]
    ?.split('\n## ')[0] ?? '';

const withdrawn: VipConclusion = {
  type: 'Withdrawn',
  vip: 'shop/web',
  source: 'kubernetes',
  reason: 'no-local-endpoints',
  because: 'no endpoint of it is on this node',
  addresses: ['192.0.2.10', '2001:db8::10'],
};

describe('a conclusion about a Service', () => {
  it('is told in words, with the node and a reason of the list', () => {
    expect(noticeOf(withdrawn, 'n7', 'u1')).toEqual({
      object: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web', uid: 'u1' },
      type: 'Normal',
      reason: 'NoLocalEndpoints',
      message: 'n7 withdraws 192.0.2.10, 2001:db8::10: no endpoint of it is on this node',
    });
  });

  it('is a warning when an address is left out for something to be mended', () => {
    const because = '192.0.2.11 belongs to the configured VIP web';
    const leftOut = [{ address: '192.0.2.11', reason: 'address-conflict', because }];
    const told = { ...withdrawn, type: 'Advertised', reason: 'endpoints', because: 'so', leftOut } as const;
    expect(noticeOf(told, 'n7', 'u1')).toMatchObject({
      type: 'Warning',
      reason: 'Endpoints',
      message: `n7 advertises 192.0.2.10, 2001:db8::10: so; not 192.0.2.11: ${because}`,
    });
  });

  it('of another class is none of ours to speak of, unless it was', () => {
    const other = { ...withdrawn, reason: 'class-mismatch' } as const;
    expect(noticeOf({ ...other, type: 'Withheld' }, 'n7', 'u1')).toBeUndefined();
    expect(noticeOf(other, 'n7', 'u1')).toBeDefined();
  });

  it('is told at no Service that is gone, and of no VIP that is not of a Service', () => {
    expect(noticeOf(withdrawn, 'n7', undefined)).toBeUndefined();
    expect(noticeOf(withdrawn, 'n7', '')).toBeUndefined();
    expect(noticeOf({ ...withdrawn, source: 'static' }, 'n7', 'u1')).toBeUndefined();
    expect(noticeOf({ ...withdrawn, reason: 'removed-from-config' }, 'n7', 'u1')).toBeUndefined();
  });

  it('has the reasons that the documentation lists, in bold where they are warnings', () => {
    const rows = DOCUMENTED.matchAll(/^\|(.+?)\|/gm).flatMap(([, cell = '']) => cell.split(','));
    const listed = new Map([...rows].map((cell) => [cell.replace(/[*` ]/g, ''), cell.includes('**')]));
    const reasons = [...Object.keys(WITHHELD_REASONS), ...Object.keys(ADVERTISED_REASONS)];
    expect([...listed.keys()]).toEqual(expect.arrayContaining(reasons));
    for (const reason of reasons as (keyof typeof WITHHELD_REASONS)[]) {
      const notice = noticeOf({ ...withdrawn, reason }, 'n7', 'u1');
      expect([reason, notice?.type]).toEqual([reason, listed.get(reason) ? 'Warning' : 'Normal']);
    }
  });

  it.each(Object.keys(WITHHELD_REASONS) as (keyof typeof WITHHELD_REASONS)[])('%s has a word', (reason) => {
    expect(noticeOf({ ...withdrawn, reason }, 'n7', 'u1')?.reason).toMatch(/^([A-Z][a-z]+)+$/);
  });
});
