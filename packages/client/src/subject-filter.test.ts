import { expect, it } from 'vitest';
import { subjectFilter } from './subject-filter.ts';

it.each([
  [{}, 'vipcast.c.n1.vip.web', true],
  [{ aggregates: ['vip'] }, 'vipcast.c.n1.vip.web', true],
  [{ aggregates: ['vip'] }, 'vipcast.c.n1.route.tor1', false],
  [{ aggregates: [] }, 'vipcast.c.n1.route.tor1', false],
  [{ subjects: ['vipcast.c.n1.>'] }, 'vipcast.c.n1.route.tor1', true],
  [{ subjects: ['vipcast.c.n1.>'] }, 'vipcast.c.n10.route.tor1', false],
  [{ subjects: ['vipcast.*.*.vip.*'] }, 'vipcast.c.n1.vip.web', true],
  [{ subjects: ['vipcast.*.*.vip'] }, 'vipcast.c.n1.vip.web', false],
  [{ subjects: ['vipcast.c.n1.vip.web.>'] }, 'vipcast.c.n1.vip.web', false],
  [{ subjects: ['x', '>'] }, 'vipcast.c.n1.vip.web', true],
  [{ aggregates: ['node'], subjects: ['>'] }, 'vipcast.c.n1.vip.web', false],
] as const)('%j and %s: %s', (wanted, subject, answer) => {
  const filter = subjectFilter(wanted);
  expect([filter(subject), filter(subject)]).toEqual([answer, answer]);
});
