import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema } from '@vipcast/config';
import { expect, it } from 'vitest';

const FILE = join(import.meta.dirname, '../../docs/vipcast.schema.json');

it('the published JSON Schema is the one that configurations are checked against', () => {
  // UPDATE_GOLDEN=1 writes it anew; the difference is then reviewed like code.
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});
