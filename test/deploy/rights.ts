import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Account } from '../kubernetes/administration.ts';
import type { Cluster } from '../kubernetes/api-server.ts';

/** A row of `kubectl auth can-i --list`: resources, paths, names, verbs. */
const ROW = /^(.*?)\s+(\[.*?\])\s+(\[.*?\])\s+\[(.*?)\]$/;

const rowOf = (line: string): string => {
  const [, resources = '', paths = '', names = '', verbs = ''] = ROW.exec(line) ?? [];
  if (verbs === '') throw new Error(`not a row: ${line}`);
  const what = resources === '' ? paths : resources;
  return `${what} ${names === '[]' ? '' : `${names} `}${verbs.split(' ').toSorted().join(',')}`;
};

/**
 * What an account may do in a namespace, as `kubectl auth can-i --list` says it: resources or paths, names in brackets,
 * verbs. Rows and verbs are put in order, for the API server says them in any.
 */
export const rightsOf = async (
  { kubectl }: Cluster,
  account: Account,
  namespace: string,
): Promise<readonly string[]> => {
  const as = `--as=system:serviceaccount:${account.namespace}:${account.name}`;
  const [, ...lines] = (await kubectl(['auth', 'can-i', '--list', as, '-n', namespace]))
    .trimEnd()
    .split('\n');
  return lines.map(rowOf).toSorted();
};

/** Expects the rights of a golden file; UPDATE_GOLDEN=1 writes it anew, to be reviewed like code. */
export const holdsRights = (file: string, rights: readonly string[]): void => {
  const path = join(import.meta.dirname, 'golden', file);
  const text = `${rights.join('\n')}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
};
