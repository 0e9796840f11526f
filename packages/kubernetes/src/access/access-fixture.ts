import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect } from 'vitest';
import { type Identity, makeCertificate } from '../certificates-fixture.ts';
import type { Access } from './access.ts';
import { type AccessOptions, loadAccess } from './load.ts';

/** A secret that must show nowhere. */
export const CANARY = 'canary-8d1f7c';
export const PEM = `-----BEGIN CERTIFICATE-----\n${CANARY}\n-----END CERTIFICATE-----`;
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Removed after the tests. */
export const folder: string = mkdtempSync(join(tmpdir(), 'vipcast-access-'));
export const authority: Identity = makeCertificate(folder, 'authority');

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file, and answers with its path. */
export const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

/** A kubeconfig of one context. */
export const config = (cluster: object, user: object = {}, context: object = {}) => ({
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
  clusters: [{ name: 'k', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
  users: [{ name: 'u', user }],
});

/** Loads what has no problem. */
export const load = async (options: AccessOptions): Promise<Access> => {
  const answer = await loadAccess({ env: {}, ...options });
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.access;
};
/** Loads what has one. */
export const problemOf = async (options: AccessOptions) => {
  const answer = await loadAccess({ env: {}, ...options });
  if (answer.ok) throw new Error('no problem');
  expect(inspect(answer)).not.toContain(CANARY);
  return answer.problem;
};
/** The token, or why there is none. */
export const tokenOf = async (access: Access): Promise<string | undefined> => {
  const answer = await access.identity();
  return answer.ok ? answer.identity.token?.reveal() : `none: ${answer.message}`;
};
