import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { customResourceDefinitions } from '@vipcast/config';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../deploy/crds');

it('the published CustomResourceDefinitions are those that resources are read with', () => {
  const made = customResourceDefinitions();
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(FOLDER, { recursive: true });
    for (const { file, yaml } of made) writeFileSync(join(FOLDER, file), yaml);
  }
  const published = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  expect(published.toSorted()).toEqual(made.map(({ file }) => file).toSorted());
  for (const { file, yaml } of made) expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(yaml);
});
