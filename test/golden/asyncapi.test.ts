import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asyncApi, catalogue } from '@vipcast/events';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const FILE = join(import.meta.dirname, '../../docs/asyncapi.yaml');
const HEAD =
  '# Written by test/golden/asyncapi.test.ts with UPDATE_GOLDEN=1, from the catalogue in packages/events.\n';

const published = (): unknown => parse(readFileSync(FILE, 'utf8'));
const official = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;

describe('the published AsyncAPI document', () => {
  it('is the one that the catalogue makes', () => {
    const made = JSON.parse(JSON.stringify(asyncApi()));
    // UPDATE_GOLDEN=1 writes it anew; the difference is then reviewed like code.
    if (process.env.UPDATE_GOLDEN)
      writeFileSync(FILE, HEAD + stringify(made, { lineWidth: 0, aliasDuplicateObjects: false }));
    expect(published()).toEqual(made);
  });

  it('is valid by the schema of AsyncAPI 3.0', { timeout: 60_000 }, () => {
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(official);
    validate(published());
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...asyncApi(), asyncapi: '2.0.0' })).toBe(false);
    expect(validate({ ...asyncApi(), channels: { vip: { address: 1 } } })).toBe(false);
  });

  it('has every fact once, and no reference that leads nowhere', () => {
    const document = published() as {
      readonly channels: Readonly<Record<string, { readonly messages: object }>>;
    };
    const carried = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(carried.toSorted()).toEqual([...Object.keys(catalogue), 'answer', 'wish'].toSorted());
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    const lead = (path: string): unknown =>
      path
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect([...references].map(([, path]) => path!).filter((path) => lead(path) === undefined)).toEqual([]);
  });

  it('accepts the data of facts, and of facts of a later release', () => {
    const { components } = published() as {
      readonly components: { readonly messages: Readonly<Record<string, { readonly payload: object }>> };
    };
    const ajv = new Ajv({ strict: false });
    const payload = ajv.compile(components.messages['operator.AnnounceRequested']!.payload);
    expect(payload({ by: 'alice', addresses: ['192.0.2.1'], colour: 'red' })).toBe(true);
    expect(payload({ by: 'alice', addresses: [] })).toBe(false);
    const wish = ajv.compile(components.messages.wish!.payload);
    expect(wish({ v: 1, id: 'a', wish: 'drain' })).toBe(true);
    expect(wish({ v: 1, id: 'a', wish: 'drain', by: 'root' })).toBe(false);
  });
});
